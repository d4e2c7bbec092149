import { addDays, startOfDay } from '#platform/clock.ts';
import type { DemoCounty, DemoProduct } from './content.ts';
import type { DemoClient, DemoHouse, Grower, OpenCounty, Org } from './house.ts';
import { pictureFile } from './picture-file.ts';

type Draft = Parameters<DemoClient['benefit']['draftAgreement']>[0]['body'];

/** What agreements are made with: who drafts and signs, who witnesses on paper, and from when until when they hold. */
export interface Signing {
  county: number;
  org: string;
  signer: DemoClient['benefit'];
  witness: DemoClient['benefit'];
  startsOn: string;
  endsOn: string;
}

/** Drafts an agreement, signs it for the organisation and, with one photo of the sheet, for everybody else. @returns its id */
export async function agreeOnPaper(
  by: Signing,
  whom: Partial<Pick<Draft, 'households' | 'villages'>>,
  terms: Draft['terms'],
  words: string,
): Promise<string> {
  const { county, org, signer, witness, startsOn, endsOn } = by;
  const params = { county };
  const { id, parties } = await signer.draftAgreement({
    params,
    body: { org, households: [], villages: [], ...whom, terms, startsOn, endsOn, words },
  });
  const of = { ...params, id };
  await signer.signAgreement({ params: of, body: { version: 1 } });
  const { paper } = await witness.addAgreementPaper({ params: of }, { file: await pictureFile('walnut') });
  for (const party of parties) {
    await witness.signOnPaper({ params: { ...of, party: party.id }, body: { version: 1, paper } });
  }
  return id;
}

/** Of a household's usual price the agreed floor is so much: above what most days of the season bring. */
const FLOOR_PERCENT = 104;
const FLOOR_GRAMS = 150_000;
const MARGIN_BP = 600;
const FEN_PER_PACK = 30;
/** What a household is helped with to open its shop, and so much of it has been given. */
const STARTUP_FEN = 600_000;

/**
 * What sellers and households agreed before the season: each cooperative a floor price for what its station buys in, each
 * shop a part of its margin or of each pack for the villages it buys from, and a cooperative help for one household that
 * opened the county's shop. All of it on paper, witnessed by a station.
 */
export async function addAgreements(
  house: DemoHouse,
  staff: OpenCounty['staff'],
  content: DemoCounty,
  {
    orgs,
    households,
    today,
  }: { orgs: ReadonlyMap<string, Org>; households: ReadonlyMap<string, Grower>; today: string },
): Promise<void> {
  const { county } = content;
  const startsOn = addDays(today, -370);
  const at = (day: string, hour: number) => house.setTime(new Date(startOfDay(day).getTime() + hour * 3_600_000));
  at(startsOn, 9);
  const id = (org: string) => orgs.get(org)?.id as string;
  const term = { county, startsOn, endsOn: addDays(today, 720) };
  const keepers = content.people.filter((one) => one.role === 'keeper');
  const everywhere = keepers.find((one) => one.region === String(county)) ?? keepers[0];
  if (!everywhere) return;
  const growersOf = (product: DemoProduct) => {
    const region = keepers.find((one) => one.org === product.station)?.region ?? '';
    return [...households.values()].filter((one) => one.village.startsWith(region) && one.crops.has(product.crop));
  };

  for (const { key: seller, kind } of content.organisations) {
    const products = content.products.filter((one) => one.org === seller);
    const [first] = products;
    if (!first) continue;
    const signer = house.as(staff('merchant', seller)).benefit;
    const witness = house.as(staff('keeper', first.station)).benefit;
    const by: Signing = { ...term, org: id(seller), signer, witness };
    const price = content.prices.find((one) => one.crop === first.crop && one.grade === first.skus[0]?.rawGrade);
    if (kind === 'cooperative' && price) {
      await agreeOnPaper(
        by,
        { households: growersOf(first).map((one) => one.id) },
        {
          ...{ kind: 'industry', crop: first.crop, grade: price.grade, season: today.slice(0, 4), grams: FLOOR_GRAMS },
          floorFenPerKg: Math.round((price.fenPerKg * FLOOR_PERCENT) / 100),
          // The cooperative of the first product has insured its floor, the others bear theirs.
          bearer: first === content.products[0] ? 'insurance' : 'firm',
        },
        '按约定等级收，低于保护价的补到保护价',
      );
    }
    const villages = new Set(products.flatMap((one) => growersOf(one).map((grower) => grower.village)));
    const wide = { ...by, witness: house.as(staff('keeper', everywhere.org)).benefit };
    const shares: Draft['terms'] =
      kind === 'merchant'
        ? { kind: 'shop', per: 'margin', bp: MARGIN_BP, products: [] }
        : { kind: 'shop', per: 'unit', fen: FEN_PER_PACK, products: [] };
    await agreeOnPaper(wide, { villages: [...villages] }, shares, '网店卖出的，按约定返给供货的农户');
  }

  const shop = content.organisations.find(
    (one) => one.kind === 'merchant' && content.products.some((product) => product.org === one.key),
  );
  const owner = shop && content.products.filter((one) => one.org === shop.key).flatMap(growersOf)[0];
  const helper = content.organisations.find((one) => one.kind === 'cooperative');
  if (!owner || !helper) return;
  const gives = house.as(staff('merchant', helper.key)).benefit;
  const startup = await agreeOnPaper(
    {
      ...term,
      ...{ org: id(helper.key), signer: gives },
      witness: house.as(staff('keeper', everywhere.org)).benefit,
    },
    { households: [owner.id] },
    { kind: 'startup', help: ['training', 'rent', 'loan'], worthFen: STARTUP_FEN, business: id(shop.key) },
    '返乡开店，合作社带着办：培训、减租和贴息',
  );
  const of = { params: { county, id: startup } };
  const help = (day: string, what: 'training' | 'rent' | 'loan', worthFen: number, words: string, paper?: string) => {
    at(day, 15);
    const body = { household: owner.id, help: what, worthFen, day, words, ...(paper && { paper }) };
    return gives.recordHelp({ ...of, body });
  };
  const { paper } = await gives.addAgreementPaper(of, { file: await pictureFile('sichuan-pepper') });
  await help(addDays(today, -340), 'training', 120_000, '电商培训五天，食宿在内', paper);
  await help(addDays(today, -200), 'rent', 180_000, '减免上半年铺面租金');
  await help(addDays(today, -45), 'loan', 64_000, '创业贷款贴息，第三季度');
}
