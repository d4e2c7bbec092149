import { setTimeout as sleep } from 'node:timers/promises';
import type { Terms } from '#benefit/contract';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import { scoped } from '#platform/db.ts';
import { Problem } from '#platform/http/client.ts';
import { newId } from '#platform/ids.ts';
import { addTestPeople, addTestPerson, giveTestHeadPhones } from './fixtures.ts';
import { addTestAgreement, addTestAgreements } from './fixtures-agreements.ts';
import type { TestHouse } from './fixtures-house.ts';
import type { Dice, Steps } from './mixed-load.ts';
import { deliver, runJobs, type TimedWorld } from './timed-load.ts';

// Years of a county in which every mechanism of help is at work, agreements end and are disputed, notes are taken back
// and goods refunded; at the end every path to the figures must give the same.

const DAY_MS = 86_400_000;

interface Family {
  house: TestHouse;
  household: string;
  village: string;
  /** who works and signs for it */
  member: string;
  person: Actor;
}

/** An agreement in force, with the households that are its parties. */
interface Agreed {
  id: string;
  kind: Terms['kind'];
  house: TestHouse;
  families: Family[];
  endsOn: string;
}

/** A project of the simulation, with who lives from it and what was pledged. */
interface Project {
  house: TestHouse;
  id: string;
  families: { family: Family; bp: number }[];
  tiers: string[];
  endsOn: string;
  pledges: { id: string; by: Actor }[];
}

/** An order on its way, known as long as something is still to be done with it. */
interface Underway {
  county: number;
  id: string;
  by: Actor;
  /** who packs a part of it */
  sellers: TestHouse[];
}

/** How large the steps of a simulation are. */
export interface Sizes {
  /** households that sign one agreement together, at most */
  group: number;
  /** workers on one list of counts, at most */
  workers: number;
  /** packs that one note makes, at most */
  packs: number;
  /** for which a project is open, at most */
  projectDays: number;
}

export interface SimulatedWorld extends TimedWorld {
  sizes: Sizes;
  /** when it began */
  opened: Date;
  /** of each house, the first being the one that made the cooperative's shop its own */
  families: Map<TestHouse, Family[]>;
  agreed: Agreed[];
  /** a second person of each cooperative, for what two must do */
  seconds: Map<TestHouse, Actor>;
  projects: Project[];
  /** to be packed, to be received, to be complained of */
  paid: Underway[];
  sent: Underway[];
  received: Underway[];
}

/** Gives every household of a world somebody who can speak for it. */
export async function withFamilies(world: TimedWorld, sizes: Sizes): Promise<SimulatedWorld> {
  const { at } = world;
  const families = new Map<TestHouse, Family[]>();
  const seconds = new Map<TestHouse, Actor>();
  for (const county of new Set(world.houses.map((house) => house.county))) {
    const operator = (world.houses.find((house) => house.county === county) as TestHouse).operator;
    await world.as(operator).benefit.setDepositRate({
      params: { county },
      body: { day: dayOf(at.clock.now()), bp: 110, source: '一年期存款挂牌利率' },
    });
  }
  let phones = 0;
  for (const house of world.houses) {
    const { county, households } = house;
    seconds.set(house, await addTestPerson(at, { name: '会计', org: house.cooperative, role: 'merchant' }));
    const heads = households.map((household) => ({ household, phone: `15${String(phones++).padStart(9, '0')}` }));
    const people = await addTestPeople(
      at,
      heads.map(({ phone }) => phone),
      '农户',
    );
    const members = await giveTestHeadPhones(at, county, heads);
    families.set(
      house,
      members.map(({ id, village }, i) => ({
        ...{ house, household: households[i] as string, village, member: id, person: people[i] as Actor },
      })),
    );
  }
  const nothingYet = { agreed: [], projects: [], paid: [], sent: [], received: [] };
  return { ...world, sizes, opened: at.clock.now(), families, seconds, ...nothingYet };
}

const familiesOf = (world: SimulatedWorld, house: TestHouse) => world.families.get(house) as Family[];

const termsOf = (kind: Terms['kind'], die: Dice, season: string, business: string | null): Terms => {
  switch (kind) {
    case 'shop':
      return die.chance(0.5)
        ? { kind, per: 'margin', bp: die.int(100, 4_000), products: [] }
        : { kind, per: 'unit', fen: die.int(5, 300), products: [] };
    case 'industry':
      return {
        ...{ kind, crop: 'walnut', grade: die.of(['一级', '二级']) as string, floorFenPerKg: die.int(800, 2_000) },
        ...{
          grams: die.int(10_000, 400_000),
          season,
          bearer: die.of(['firm', 'insurance'] as const) as 'firm',
        },
      };
    case 'startup':
      return { kind, help: ['training', 'rent'], worthFen: die.int(10_000, 500_000), ...(business && { business }) };
    case 'employment':
      return { kind, job: '分拣', per: 'piece', fenPerUnit: die.int(20, 300) };
    case 'shareholding':
      return {
        ...{ kind, stake: 'money', stakeFen: 100_000, shares: die.int(1, 50), class: 'common', floorBp: 300 },
      };
    case 'crowdfunding':
      throw new Error('what is agreed on a project comes with the project');
  }
};

const alive = (world: SimulatedWorld, kind?: Terms['kind']) =>
  world.agreed.filter((one) => (!kind || one.kind === kind) && one.endsOn >= dayOf(world.at.clock.now()));

const kinds = ['shop', 'industry', 'startup', 'employment', 'shareholding'] as const;

/** What some households of a house that have no agreement of a kind agree on. */
function drafted(world: SimulatedWorld, die: Dice, house: TestHouse): (Agreed & { terms: Terms }) | undefined {
  const kind = die.of(kinds) as Terms['kind'];
  const bound = new Set(
    alive(world, kind)
      .filter((other) => other.house === house)
      .flatMap((other) => other.families),
  );
  const free = familiesOf(world, house).filter((family) => !bound.has(family));
  let families = die.shuffled(free).slice(0, die.int(1, world.sizes.group));
  if (families.length === 0) return undefined;
  // One household of each house has made the cooperative's shop its own.
  const own = familiesOf(world, house)[0] as Family;
  const business = kind === 'startup' && families.includes(own);
  if (business) families = [own];
  const now = world.at.clock.now();
  const endsOn = dayOf(new Date(now.getTime() + die.int(60, 500) * DAY_MS));
  const terms = termsOf(kind, die, dayOf(now).slice(0, 4), business ? house.cooperative : null);
  return { id: '', kind, house, families, endsOn, terms };
}

/** Houses of one county agree with their households, so many times each, all at once. */
export async function agree(world: SimulatedWorld, die: Dice, houses: TestHouse[], times: number): Promise<number> {
  const drafts: NonNullable<ReturnType<typeof drafted>>[] = [];
  for (const house of houses.flatMap((one) => Array<TestHouse>(times).fill(one))) {
    const draft = drafted(world, die, house);
    if (!draft) continue;
    drafts.push(draft);
    world.agreed.push(draft);
  }
  const startsOn = dayOf(world.at.clock.now());
  const ids = await addTestAgreements(
    world.at,
    houses[0]?.county as number,
    drafts.map(({ house, terms, families, endsOn }) => ({
      ...{ org: house.cooperative, terms, startsOn, endsOn },
      households: families.map(({ household, village }) => ({ household, village })),
    })),
  );
  drafts.forEach((draft, i) => {
    draft.id = ids[i] as string;
  });
  return drafts.length;
}

/** What is done under agreements. */
export const helpSteps: Steps<SimulatedWorld> = {
  agree: {
    weight: 8,
    async run(world, die) {
      return (await agree(world, die, [die.of(world.houses) as TestHouse], 1)) || 'idle';
    },
  },
  dispute: {
    weight: 2,
    refusals: ['not-in-force', 'agreement-dispute-open', 'agreement-not-found'],
    async run(world, die) {
      const found = die.of(alive(world));
      if (!found) return 'idle';
      const { person } = die.of(found.families) as Family;
      const params = { county: found.house.county, id: found.id };
      await world.as(person).benefit.disputeMyAgreement({ params, body: { words: '没有按协议办' } });
    },
  },
  decide: {
    weight: 3,
    refusals: ['agreement-dispute-over'],
    async run(world, die) {
      const house = die.of(world.houses) as TestHouse;
      const { county } = house;
      const open = await scoped(world.at.db, String(county), (tx) =>
        tx
          .selectFrom('benefit.agreement_dispute')
          .select('id')
          .where('county', '=', county)
          .where('state', '=', 'open')
          .executeTakeFirst(),
      );
      if (!open) return 'idle';
      const decision = die.of(['stands', 'released'] as const) as 'stands';
      const params = { county, id: open.id };
      await world.as(house.operator).benefit.decideAgreementDispute({ params, body: { decision, answer: '查过账' } });
    },
  },
  end: {
    weight: 1,
    refusals: ['agreement-over', 'agreement-dispute-open'],
    async run(world, die) {
      const found = die.of(alive(world));
      if (!found) return 'idle';
      const { house } = found;
      const params = { county: house.county, id: found.id };
      await world.as(house.merchant).benefit.endAgreement({ params, body: { reason: '不做了' } });
    },
  },
  work: {
    weight: 8,
    refusals: ['no-agreement', 'agreement-ended', 'household-disputed', 'wrong-period', 'count-exists'],
    async run(world, die) {
      const found = die.of(alive(world, 'employment'));
      if (!found) return 'idle';
      const { house } = found;
      // Written down within some days.
      const day = dayOf(new Date(world.at.clock.now().getTime() - die.int(0, 4) * DAY_MS));
      const workers = die.shuffled(found.families).slice(0, die.int(1, world.sizes.workers));
      const counts = workers.map(({ household, member }) => ({ household, member, units: die.int(1, 400) }));
      await world.as(house.merchant).benefit.recordCounts({
        params: { county: house.county },
        body: { org: house.cooperative, day, counts },
      });
    },
  },
  payroll: {
    weight: 3,
    refusals: ['nothing-to-pay-for', 'period-not-over', 'household-disputed'],
    async run(world, die) {
      const house = die.of(world.houses) as TestHouse;
      const { county, cooperative: org } = house;
      const to = dayOf(world.at.clock.now());
      const from = dayOf(new Date(world.at.clock.now().getTime() - 400 * DAY_MS));
      const paid = die.of(['cash', 'transfer', 'later'] as const) as 'cash';
      const drawn = await world
        .as(house.merchant)
        .benefit.drawPayroll({ params: { county }, body: { org, from, to, paid } });
      const params = { county, id: drawn.id };
      if (die.chance(0.1)) {
        await world.as(house.merchant).benefit.discardPayroll({ params, body: { reason: '算错了' } });
        return;
      }
      await world.as(house.merchant).benefit.submitPayroll({ params });
      const second = world.seconds.get(house) as Actor;
      await world.as(second).benefit.approvePayroll({ params, body: { fen: drawn.fen } });
    },
  },
  dividend: {
    weight: 3,
    refusals: ['class-missing', 'dividend-exists', 'no-holders', 'over-profit', 'household-disputed'],
    async run(world, die) {
      const house = die.of(world.houses) as TestHouse;
      const { county, cooperative: org } = house;
      const now = world.at.clock.now();
      const to = dayOf(now);
      const from = dayOf(new Date(now.getTime() - die.int(20, 90) * DAY_MS));
      const merchant = world.as(house.merchant).benefit;
      const declared = await merchant.declareDividend({
        params: { county },
        body: {
          ...{ org, from, to, recordDay: to, commonFen: die.int(100, 90_000), preferredFen: 100 },
          ...{ profitFen: 1_000_000_000, paid: die.of(['transfer', 'later'] as const) as 'later' },
        },
      });
      const params = { county, id: declared.id };
      if (die.chance(0.1)) {
        await merchant.withdrawDividend({ params, body: { reason: '写错了' } });
        return;
      }
      const second = world.seconds.get(house) as Actor;
      await world.as(second).benefit.approveDividend({ params, body: { fen: declared.fen } });
    },
  },
  help: {
    weight: 2,
    refusals: [
      'no-agreement',
      'agreement-ended',
      'agreement-over',
      'household-disputed',
      'help-above-agreed',
      'help-recorded',
      'wrong-period',
    ],
    async run(world, die) {
      const found = die.of(alive(world, 'startup'));
      if (!found) return 'idle';
      const { house } = found;
      const { household } = die.of(found.families) as Family;
      const day = dayOf(world.at.clock.now());
      const help = die.of(['training', 'rent'] as const) as 'rent';
      await world.as(house.merchant).benefit.recordHelp({
        params: { county: house.county, id: found.id },
        body: { household, help, worthFen: die.int(100, 50_000), day, words: '电商课' },
      });
    },
  },
};

/** Agrees with one of a project's households on its share. */
async function agreeOn(world: SimulatedWorld, { house, id }: Project, { family, bp }: Project['families'][number]) {
  const now = world.at.clock.now();
  const startsOn = dayOf(new Date(now.getTime() - 400 * DAY_MS));
  const endsOn = dayOf(new Date(now.getTime() + 400 * DAY_MS));
  await addTestAgreement(world.at, {
    ...{ county: house.county, org: house.cooperative, startsOn, endsOn },
    households: [{ household: family.household, village: family.village }],
    terms: { kind: 'crowdfunding', project: id, bp, deliverBy: endsOn },
  });
}

/** What backers put up for projects, and what becomes of it. */
export const projectSteps: Steps<SimulatedWorld> = {
  project: {
    weight: 3,
    async run(world, die) {
      const house = die.of(world.houses) as TestHouse;
      const { county, cooperative: org } = house;
      const now = world.at.clock.now();
      const day = (n: number) => dayOf(new Date(now.getTime() + n * DAY_MS));
      const families = die.shuffled(familiesOf(world, house)).slice(0, die.int(1, 3));
      const shares = families.map((family, i) => ({
        family,
        bp: i === 0 ? 10_000 - 2_001 * (families.length - 1) : 2_001,
      }));
      const sku = house.goods[0]?.sku as string;
      const merchant = world.as(house.merchant).presale;
      const { projectDays } = world.sizes;
      const endsOn = day(die.int(Math.ceil(projectDays / 8), projectDays));
      const { id } = await merchant.draftProject({
        params: { county },
        body: {
          ...{ org, sku, titleZh: '修烘干房', titleEn: '', storyZh: '', storyEn: '', goalFen: die.int(1_000, 40_000) },
          ...{ opensOn: day(0), endsOn, deliverBy: day(projectDays + 5), fundBp: die.int(0, 900) },
          households: shares.map(({ family, bp }) => ({ household: family.household, bp })),
          tiers: [
            {
              nameZh: '一袋',
              nameEn: '',
              priceFen: 4_999,
              costFen: 2_000,
              owed: { sku, packs: 1 },
              places: 6,
              limit: 3,
            },
            { nameZh: '心意', nameEn: '', priceFen: 1_001, costFen: 1, owed: null, places: 50, limit: 9 },
          ],
        },
      });
      const params = { county, id };
      await merchant.submitProject({ params });
      const { tiers } = await world.as(house.operator).presale.openProject({ params });
      const project = { house, id, families: shares, tiers: tiers.map((tier) => tier.id), endsOn, pledges: [] };
      world.projects.push(project);
      // The others sign when they sign; what is theirs waits for them.
      for (const share of shares) if (die.chance(0.8)) await agreeOn(world, project, share);
    },
  },
  pledge: {
    weight: 8,
    refusals: ['project-ended', 'tier-sold-out', 'tier-limit', 'checkout-closed'],
    async run(world, die) {
      const today = dayOf(world.at.clock.now());
      const project = die.of(world.projects.filter((one) => one.endsOn >= today));
      if (!project) return 'idle';
      const params = { county: project.house.county, id: project.id };
      for (let n = die.int(1, 5); n > 0; n--) {
        const { by, address } = die.of(world.buyers) as SimulatedWorld['buyers'][number];
        const { presale, trade } = world.as(by);
        const body = { tier: die.of(project.tiers) as string, n: die.int(1, 3), address };
        const pledge = await presale.pledge({ params, body });
        project.pledges.push({ id: pledge.id, by });
        if (die.chance(0.1)) continue;
        const { payment } = await trade.pay({ params: { id: pledge.checkout }, body: { provider: 'sandbox' } });
        await trade.sandboxPay({ params: { id: payment }, body: { outcome: 'success' } });
      }
    },
  },
  pledgeBack: {
    weight: 1,
    refusals: ['project-ended', 'pledge-not-paid', 'promise-over'],
    async run(world, die) {
      const project = die.of(world.projects.slice(-4));
      const pledge = project && die.of(project.pledges);
      if (!pledge) return 'idle';
      const params = { county: project.house.county, id: pledge.id };
      await world.as(pledge.by).presale.returnPledge({ params, body: { reason: '改主意了' } });
    },
  },
  projectCancelled: {
    weight: 1,
    refusals: ['project-move-not-allowed'],
    async run(world, die) {
      const project = die.of(world.projects.slice(-4));
      if (!project) return 'idle';
      const params = { county: project.house.county, id: project.id };
      await world.as(project.house.operator).presale.cancelProject({ params, body: { reason: '遭了灾' } });
    },
  },
  owed: {
    weight: 4,
    refusals: ['delivery-move-not-allowed', 'reward-short', 'pledge-not-paid', 'pledge-received'],
    async run(world, die) {
      const project = die.of(world.projects);
      const pledge = project && die.of(project.pledges);
      if (!pledge) return 'idle';
      const { house } = project;
      const params = { county: house.county, id: pledge.id };
      if (die.chance(0.15)) {
        await world.as(house.operator).presale.refundPledge({ params, body: { reason: '一直没发' } });
        return;
      }
      const { presale, fulfilment } = world.as(house.merchant);
      if (!(await presale.pledgeOf({ params })).goods) {
        await presale.thankPledge({ params, body: { words: '谢谢' } });
        return;
      }
      const parcel = await presale.packPledge({ params, body: {} });
      if (die.chance(0.3)) return;
      await fulfilment.sendParcel({
        params: { county: house.county, id: parcel.id },
        body: { carrier: '乡镇物流', waybill: newId().slice(0, 32) },
      });
      if (die.chance(0.5)) await world.as(pledge.by).presale.receivePledge({ params, body: {} });
    },
  },
};

/** Where too many order at once one is told when to come again; on a slow machine that is no refusal of the order. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let times = 1; ; times++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'desk-full' || times === 30) throw error;
      await sleep(Number(error.detail.retryAfter ?? 1) * 1000);
    }
  }
}

/** Goods from the scale to the door, one after the other, each way as far as it goes. */
export const tradeSteps: Steps<SimulatedWorld> = {
  buyIn: {
    weight: 12,
    refusals: ['grams-above-yield', 'lot-moved-on', 'grams-not-closed', 'certificate-exists'],
    async run(world, die) {
      const house = die.of(world.houses) as TestHouse;
      const { household } = die.of(familiesOf(world, house)) as Family;
      const { county, station } = house;
      const params = { county };
      const goods = die.of(house.goods) as TestHouse['goods'][number];
      const packs = die.int(4, world.sizes.packs);
      const grams = packs * goods.netGrams;
      const keeper = world.as(house.keeper).trace;
      const note = await keeper.weighIn({
        params,
        body: {
          ...{ station, household, crop: 'walnut', grade: die.of(['一级', '二级']) as string, grams },
          ...{ fenPerKg: die.int(700, 1900), paid: die.of(['cash', 'transfer', 'later'] as const) as 'cash' },
        },
      });
      if (die.chance(0.12)) {
        await keeper.reversePurchase({ params: { county, id: note.id }, body: { reason: '看错了秤' } });
        return;
      }
      const operator = world.as(house.operator);
      const { certificate } = (await operator.trace.lot({ params: { county, id: note.lot } })).lot;
      if (!certificate) {
        const body = { basis: ['quality_control' as const] };
        await operator.trace.issueCertificate({ params: { county, id: note.lot }, body });
      }
      const packed = await operator.trace.pack({
        params,
        body: {
          ...{ sku: goods.sku, inputs: [{ lot: note.lot, grams }], packs, lossGrams: 0 },
          ...{ place: '分拣中心', basis: ['quality_control' as const] },
        },
      });
      await operator.trade.stockLot({ params, body: { lot: packed.lot.id } });
    },
  },
  sell: {
    weight: 30,
    refusals: ['lines-short', 'price-changed', 'sku-not-on-sale'],
    async run(world, die) {
      const house = die.of(world.houses) as TestHouse;
      const { by, address } = die.of(world.buyers) as SimulatedWorld['buyers'][number];
      const buyer = world.as(by);
      const { county } = house;
      const goods = die.shuffled(house.goods).slice(0, die.int(1, 2));
      const sellers = [house];
      // Now and then somebody else of the county sells a part of it.
      const other = die.chance(0.1) ? die.of(world.houses) : undefined;
      if (other && other !== house && other.county === county) {
        sellers.push(other);
        goods.push(die.of(other.goods) as TestHouse['goods'][number]);
      }
      const lines = goods.map(({ sku }) => ({ county, sku, packs: die.int(1, 3) }));
      const checkout = await patiently(() => buyer.trade.placeCheckout({ body: { lines, address } }));
      // Some go away again; their time runs out.
      if (die.chance(0.08)) return;
      const pay = { params: { id: checkout.id }, body: { provider: 'sandbox' as const } };
      const { payment } = await patiently(() => buyer.trade.pay(pay));
      await buyer.trade.sandboxPay({ params: { id: payment }, body: { outcome: 'success' } });
      const params = { county, id: checkout.orders[0]?.id as string };
      if (die.chance(0.1)) await buyer.trade.cancelOrder({ params, body: { reason: '买错了' } });
      else world.paid.push({ ...params, by, sellers });
    },
  },
  ship: {
    weight: 27,
    async run(world) {
      const order = world.paid.shift();
      if (!order) return 'idle';
      const { county, id } = order;
      for (const { merchant } of order.sellers) {
        const { fulfilment } = world.as(merchant);
        const parcel = await fulfilment.packOrder({ params: { county, id }, body: {} });
        await fulfilment.sendParcel({
          params: { county, id: parcel.id },
          body: { carrier: '乡镇物流', waybill: newId().slice(0, 32) },
        });
      }
      world.sent.push(order);
    },
  },
  receive: {
    weight: 26,
    refusals: ['order-move-not-allowed', 'parcel-move-not-allowed'],
    async run(world, die) {
      const order = world.sent.shift();
      if (!order) return 'idle';
      const { county, id, by } = order;
      if (die.chance(0.2)) world.received.push(order);
      // Not everybody says that it has come; after some days it counts as received.
      if (die.chance(0.3)) return 'idle';
      await world.as(by).fulfilment.receiveOrder({ params: { county, id }, body: {} });
    },
  },
  complain: {
    weight: 10,
    refusals: [
      ...['case-nothing-left', 'case-too-late', 'case-order-state', 'fund-short'],
      ...['case-packs-over', 'case-fen-over', 'case-move-not-allowed'],
    ],
    async run(world, die) {
      const order = world.received.shift();
      if (!order) return 'idle';
      const params = { county: order.county, id: order.id };
      const buyer = world.as(order.by).trade;
      const line = die.of((await buyer.order({ params })).lines) as { id: string; org: string };
      const body = { kind: 'refund' as const, lines: [{ line: line.id, packs: 1 }], reason: '少了一袋', photos: [] };
      const opened = await buyer.openCase({ params, body });
      const seller = order.sellers.find((one) => one.cooperative === line.org) as TestHouse;
      const about = { params: { county: order.county, id: opened.id }, body: {} };
      await world.as(seller.merchant).trade.acceptCase(about);
    },
  },
  // What a test took out of the shop is revised and listed again, with a reason where it fails still.
  relist: {
    weight: 3,
    refusals: ['product-move-not-allowed', 'operator-dishonest'],
    async run(world, die) {
      const { county, cooperative, operator } = die.of(world.houses) as TestHouse;
      const found = await world.at.db
        .selectFrom('catalog.product')
        .select('id')
        .where('county', '=', county)
        .where('org', '=', cooperative)
        .where('state', '=', 'withdrawn')
        .orderBy('id')
        .executeTakeFirst();
      if (!found) return 'idle';
      const params = { county, id: found.id };
      const { catalog, benefit } = world.as(operator);
      for (const to of ['draft', 'review'] as const) await catalog.moveProduct({ params, body: { to } });
      await benefit.listProduct({ params, body: { despite: '重新定过价' } });
    },
  },
  weeks: {
    weight: 11,
    async run(world, die) {
      // Days mostly; now and then more than a receipt or a complaint can wait.
      world.passTime((die.chance(0.8) ? die.int(1, 6) : die.int(7, 40)) * DAY_MS);
      await runJobs(world);
    },
  },
  deliver: { weight: 10, run: deliver },
};
