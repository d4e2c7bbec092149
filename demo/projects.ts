import type { Actor } from '#platform/actor.ts';
import { addDays, dayOf, startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { Problem } from '#platform/http/client.ts';
import { presaleModule } from '#presale';
import { agreeOnPaper } from './agreements.ts';
import type { DemoCounty } from './content.ts';
import type { DemoClient, DemoHouse, OpenCounty } from './house.ts';
import { pictureFile } from './picture-file.ts';

type Draft = Parameters<DemoClient['presale']['draftProject']>[0]['body'];
type News = Parameters<DemoClient['presale']['writeNews']>[0]['body'];

/** A project of the demo: days are counted from today. */
interface DemoProject {
  org: string;
  opens: number;
  ends: number;
  deliverBy: number;
  words: Pick<Draft, 'titleZh' | 'titleEn' | 'storyZh' | 'storyEn' | 'goalFen' | 'fundBp'>;
  tiers: readonly (Omit<Draft['tiers'][number], 'owed'> & { packs: number | null })[];
  /** tiers by their position, in the order they were pledged; one a day from the second day on */
  pledges: readonly { tier: number; n: number }[];
  /** `day` from today on */
  news: readonly (Omit<News, 'photos'> & { day: number; picture: string | null })[];
}

const COUNTY = 621221;

const projects: readonly DemoProject[] = [
  {
    ...{ org: 'walnut-coop', opens: -40, ends: -21, deliverBy: 20 },
    words: {
      titleZh: '给新村修一座核桃烘干房',
      titleEn: 'A drying house for the walnuts of Xincun',
      storyZh:
        '白露前后正是打核桃的时候，也是成县雨最多的时候。青皮脱了晒不干，两三天就发黑，一斤要少卖三四块。\n新村的几户想合修一座烘干房：砖墙、两台热风机、六层竹架，一炉能烘八百斤。场地是合作社的，钱差一截。\n众筹的钱扣掉寄核桃的成本和百分之三的公益金，其余归这几户，用来修烘干房。修好以后头一炉核桃寄给支持的人。',
      storyEn:
        'Walnuts come off the trees around the White Dew, when Chengxian has most of its rain. Hulled and not dried, they blacken within three days.\nSome households of Xincun want to build a drying house together: brick walls, two blowers, six racks of bamboo. What is left after the cost of the rewards and three per cent for the public fund is theirs, to build it.',
      goalFen: 60_000,
      fundBp: 300,
    },
    tiers: [
      {
        nameZh: '头一炉核桃一袋',
        nameEn: 'A bag of the first batch',
        priceFen: 9_900,
        costFen: 5_200,
        packs: 1,
        places: 60,
        limit: 10,
      },
      {
        nameZh: '头一炉核桃三袋',
        nameEn: 'Three bags of the first batch',
        priceFen: 26_800,
        costFen: 14_800,
        packs: 3,
        places: 20,
        limit: 5,
      },
      {
        nameZh: '添一块砖，收一封感谢信',
        nameEn: 'One brick, and a letter of thanks',
        priceFen: 2_000,
        costFen: 100,
        packs: null,
        places: 500,
        limit: 50,
      },
    ],
    pledges: [
      { tier: 0, n: 1 },
      { tier: 2, n: 2 },
      { tier: 1, n: 1 },
      { tier: 0, n: 2 },
      { tier: 2, n: 5 },
    ],
    news: [
      {
        ...{ day: -15, picture: 'fresh-walnut', forBackers: false },
        titleZh: '墙砌好了，等风机到',
        titleEn: 'The walls stand, the blowers are on their way',
        wordsZh:
          '砖墙十一天砌完，竹架也编好了三层。两台热风机从天水发货，到了就装。青皮核桃先在屋檐下摊着，没有发黑的。',
        wordsEn:
          'The brick walls took eleven days, and three of the six racks are woven. The blowers come from Tianshui. Until then the walnuts lie under the eaves, and none has blackened.',
      },
      {
        ...{ day: -9, picture: null, forBackers: true },
        titleZh: '头一炉出来了，这几天寄',
        titleEn: 'The first batch is dry and goes out these days',
        wordsZh: '头一炉烘了二十六个小时，挑过一遍，按支持的先后寄。收到有碎的、潮的，回这里说，给你补。',
        wordsEn: 'The first batch took twenty-six hours. It is sorted and goes out in the order of your pledges.',
      },
    ],
  },
  {
    ...{ org: 'walnut-coop', opens: -6, ends: 15, deliverBy: 75 },
    words: {
      titleZh: '救一救新村的一百棵老核桃树',
      titleEn: 'A hundred old walnut trees of Xincun',
      storyZh:
        '新村坡上有一百来棵上了年纪的核桃树，根颈腐烂，去年死了七棵。县里的技术员看过：刮治、涂白、换土，还救得回来。\n一棵树的药、石灰和人工要一百二十块，树是几户人家的，今年先治一百棵。众筹的钱扣掉寄核桃的成本和公益金，都归这几户买药请工。到了日子凑不够，钱原路退回。',
      storyEn:
        'Some hundred old walnut trees stand on the slopes of Xincun, their root collars rotting; seven died last year. Scraped, limed and given new soil, they can be saved, for about 120 yuan a tree. If the goal is missed, every yuan goes back.',
      goalFen: 1_200_000,
      fundBp: 300,
    },
    tiers: [
      {
        nameZh: '认一棵树的药钱',
        nameEn: 'Medicine for one tree',
        priceFen: 12_000,
        costFen: 0,
        packs: null,
        places: 100,
        limit: 10,
      },
      {
        nameZh: '治好以后的核桃一袋',
        nameEn: 'A bag from the saved trees',
        priceFen: 9_900,
        costFen: 5_200,
        packs: 1,
        places: 80,
        limit: 5,
      },
      {
        nameZh: '随一份心意',
        nameEn: 'A little something',
        priceFen: 1_000,
        costFen: 0,
        packs: null,
        places: 1_000,
        limit: 50,
      },
    ],
    pledges: [
      { tier: 0, n: 2 },
      { tier: 1, n: 1 },
      { tier: 2, n: 3 },
      { tier: 0, n: 1 },
    ],
    news: [
      {
        ...{ day: -2, picture: 'walnut', forBackers: false },
        titleZh: '先治了四棵，技术员来看过',
        titleEn: 'The first four trees are treated',
        wordsZh: '钱还没有凑够，几户先拿自己的药治了四棵离水沟最近的。县里的技术员来看，说刮得够深，春天看新根。',
        wordsEn:
          'The goal is not reached yet; the households have treated the four trees nearest to the ditch with medicine of their own.',
      },
    ],
  },
];

/**
 * Two projects of Chengxian: one that was funded, agreed on with its households and is being delivered, and one that is
 * open.
 */
export async function addProjects(
  at: Context,
  house: DemoHouse,
  content: DemoCounty,
  opened: OpenCounty,
  buyers: readonly Actor[],
  now: Date,
): Promise<void> {
  if (content.county !== COUNTY) return;
  for (const project of projects) await addProject(at, house, opened, project, { buyers, now });
  house.setTime(now);
}

async function addProject(
  at: Context,
  house: DemoHouse,
  { county, staff, shelf }: OpenCounty,
  project: DemoProject,
  { buyers, now }: { buyers: readonly Actor[]; now: Date },
): Promise<void> {
  const today = dayOf(now);
  const params = { county };
  const day = (n: number) => addDays(today, n);
  const clock = (n: number, hour: number) => new Date(startOfDay(day(n)).getTime() + hour * 3_600_000);
  const seller = staff('merchant', project.org);
  const [merchant, operator, keeper] = [
    house.as(seller),
    house.as(staff('operator')),
    house.as(staff('keeper', 'diancun')),
  ];
  const org = seller.memberships[0]?.org ?? '';
  const item = shelf.filter((one) => one.org === project.org).sort((a, b) => b.packs - a.packs)[0];
  if (!item) return;

  house.setTime(clock(project.opens - 2, 10));
  const known = await keeper.registry.households({ params, query: { size: 100 } });
  const households = known.rows.slice(0, 3).map((row, i, all) => ({
    household: row.id,
    bp: i === 0 ? 10_000 - 3_000 * (all.length - 1) : 3_000,
  }));
  const written = await merchant.presale.draftProject({
    params,
    body: {
      ...{ org, sku: item.sku, ...project.words, households },
      ...{ opensOn: day(project.opens), endsOn: day(project.ends), deliverBy: day(project.deliverBy) },
      tiers: project.tiers.map(({ packs, ...tier }) => ({ ...tier, owed: packs ? { sku: item.sku, packs } : null })),
    },
  });
  const of = { ...params, id: written.id };
  await merchant.presale.submitProject({ params: of });
  for (const { household, bp } of households) {
    await agreeOnPaper(
      {
        ...{ county, org, signer: merchant.benefit, witness: keeper.benefit },
        startsOn: day(project.opens - 2),
        endsOn: day(400),
      },
      { households: [household] },
      { kind: 'crowdfunding', project: written.id, bp, deliverBy: day(project.deliverBy) },
      '众筹成功后，扣除成本和公益金，按约定的份额归农户',
    );
  }
  house.setTime(clock(project.opens, 8));
  const { tiers } = await operator.presale.openProject({ params: of });

  const made: { id: string; backer: Actor; goods: boolean }[] = [];
  for (const [i, { tier, n }] of project.pledges.entries()) {
    const backer = buyers[i % buyers.length] as Actor;
    const { presale, trade } = house.as(backer);
    house.setTime(clock(project.opens + 1 + i, 20));
    const [address] = await trade.addresses();
    if (!address) continue;
    const body = { tier: tiers[tier]?.id ?? '', n, address: address.id };
    const pledge = await presale.pledge({ params: of, body });
    const { payment } = await trade.pay({ params: { id: pledge.checkout }, body: { provider: 'sandbox' } });
    await trade.sandboxPay({ params: { id: payment }, body: { outcome: 'success' } });
    made.push({ id: pledge.id, backer, goods: pledge.goods });
  }
  const tell = async (from: number, to: number) => {
    for (const { day: on, picture, ...words } of project.news.filter((one) => one.day >= from && one.day < to)) {
      house.setTime(clock(on, 18));
      const file = picture ? await pictureFile(picture) : null;
      const photos = file ? [(await merchant.presale.addNewsPhoto({ params: of }, { file })).id] : [];
      await merchant.presale.writeNews({ params: of, body: { ...words, photos } });
    }
  };
  if (project.ends >= 0) return tell(project.opens, 0);

  const over = clock(project.ends + 1, 0.1);
  const close = presaleModule
    .jobs?.({ ...at, clock: { now: () => over } })
    .find((job) => job.name === 'presale.close-projects');
  await close?.run({}, { signal: new AbortController().signal });
  await tell(project.opens, 0);
  for (const [i, { id, backer, goods }] of made.entries()) {
    const one = { params: { ...params, id } };
    house.setTime(clock(project.ends + 4 + i, 10));
    if (!goods) {
      await merchant.presale.thankPledge({
        ...one,
        body: { words: '谢谢你添的砖，烘干房已经动工，封顶了给你寄照片。' },
      });
      continue;
    }
    // The last one is still owed.
    if (i > 2) continue;
    const parcel = await merchant.presale.packPledge({ ...one, body: {} }).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'reward-short') return null;
      throw error;
    });
    if (!parcel) continue;
    house.setTime(clock(project.ends + 5 + i, 9));
    await house.as(staff('courier')).fulfilment.sendParcel({
      params: { county, id: parcel.id },
      body: { carrier: '邮政快递包裹', waybill: `DEMO${parcel.number.replace(/\W/g, '')}` },
    });
    if (i > 0) continue;
    house.setTime(clock(project.ends + 9, 19));
    await house.as(backer).presale.receivePledge({ ...one, body: {} });
  }
}
