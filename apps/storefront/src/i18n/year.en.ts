import type { yearZh } from './year.zh.ts';

export const yearEn: typeof yearZh = {
  year: {
    title: 'My year',
    head: (year) => `What I bought in ${year}`,
    none: 'No order has been received yet',
    noneText: 'Once one is, this page says which villages it helped and how.',
    look: 'Look around',
    few: 'Fewer than three households so far; so that nobody can tell who they are, numbers are not told yet.',
    reached: 'Reached households',
    share: (percent) => `${percent}% of what I paid, freight included`,
    orders: 'Orders',
    paid: 'I paid',
    villages: 'Villages',
    households: 'Households',
    ways: 'In which ways',
    way: {
      shop: 'A share of each order, as the shop agreed with households',
      industry: 'Paid to households when their produce was weighed in',
      startup: 'Households’ own shops',
      employment: 'Wages at the cooperative',
      shareholding: 'Dividends',
      crowdfunding: 'Crowdfunding projects',
    },
    where: 'In which villages',
    of: (n) => `${n} households`,
    how: 'Only orders that were received and whose money was posted. Numbers of fewer than three households are not told.',
  },
  heard: {
    say: 'Read it to me',
    stop: 'Stop',
    total: (earned, paid, owed) =>
      `My household has earned ${earned} yuan in all. ${paid} yuan were paid to me, ${owed} yuan are still owed.`,
    underWay: (money) => `${money} yuan are on their way.`,
    month: (year, month, way, money) => `${year}, month ${month}, ${way}: ${money} yuan.`,
    wrong: 'This is not right',
    wrongAt: 'Please check with your village station, with the number of the evidence',
    by: (org) => `from ${org}`,
  },
};
