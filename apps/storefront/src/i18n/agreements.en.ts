import type { agreementsZh } from './agreements.zh.ts';

/** Words of a household's agreements. */
export const agreementsEn: typeof agreementsZh = {
  title: 'Our agreements',
  about:
    'What firms, shops and cooperatives agreed with your household. Read before you sign; what is not kept you can dispute, the county answers within seven days.',
  number: (text) => `Agreement ${text}`,
  term: (from, to) => `${from} to ${to}`,
  village: (name) => `All of ${name}`,
  waitsForYou: 'Waits for your signature',
  waitsForOrg: (org) => `You have signed; waits for ${org}`,
  villageSigns: 'The village signs on paper for all; you need not',
  changed: (n) => `Changed: version ${n} is to be signed; until then what you signed holds`,
  signedAt: (when) => `Signed by you on ${when}`,
  sendCode: 'To sign, send a code to my phone',
  code: 'Code',
  sandbox: (code) => `(demo: code ${code})`,
  sign: 'I have read it and sign',
  signed: 'Signed',
  dispute: 'It is not kept: dispute it',
  words: 'What is wrong',
  wordsHint: 'e.g. the walnuts were bought below the floor',
  send: 'Dispute',
  sent: 'The county has it and answers within seven days',
  due: (day) => `Answer by ${day}`,
  withdraw: 'Withdraw',
  withdrawn: 'Dispute withdrawn',
  answer: (text) => `County: ${text}`,
  kinds: {
    shop: 'Shop',
    industry: 'Purchase',
    startup: 'Startup',
    employment: 'Work',
    shareholding: 'Shares',
    crowdfunding: 'Crowdfunding',
  },
  margin: (percent) => `${percent}% of the shop’s margin goes to households`,
  unit: (money) => `¥${money} to households for each unit the shop sells`,
  industry: (crop, grade, money, weight) =>
    `${crop} ${grade}: at least ¥${money} a kilogram for up to ${weight} a household; the market’s price when it is higher`,
  startup: (help, money) => `Help to start: ${help}, worth ¥${money}`,
  employment: (job, unit, money) => `${job}: ¥${money} a ${unit}`,
  shareholding: (stake, money, percent) => `${stake} share of ¥${money}, at least ${percent}% a year`,
  crowdfunding: (percent, day) =>
    `${percent}% of what the project brings households after its costs; rewards are there by ${day}`,
};
