import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { sequenceLog } from '#benefit';
import type { Terms } from '#benefit/contract';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { modules } from '../apps/server/modules.ts';
import { addTestPerson, giveTestHeadPhone, giveTestPhone } from './fixtures.ts';
import { addTestAgreement } from './fixtures-agreements.ts';
import type { TestHouse } from './fixtures-house.ts';
import { sumsOfLines } from './fixtures-log.ts';
import type { Dice, Steps } from './mixed-load.ts';
import { deliver, one, type TimedWorld } from './timed-load.ts';

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

interface Agreed {
  id: string;
  kind: Terms['kind'];
  family: Family;
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

export interface SimulatedWorld extends TimedWorld {
  families: Family[];
  agreed: Agreed[];
  /** a second person of each cooperative, for what two must do */
  seconds: Map<number, Actor>;
  projects: Project[];
}

/** Gives every household of a world somebody who can speak for it. */
export async function withFamilies(world: TimedWorld): Promise<SimulatedWorld> {
  const { at } = world;
  const families: Family[] = [];
  const seconds = new Map<number, Actor>();
  for (const house of world.houses) {
    const { county } = house;
    await world.as(house.operator).benefit.setDepositRate({
      params: { county },
      body: { day: dayOf(at.clock.now()), bp: 110, source: '一年期存款挂牌利率' },
    });
    seconds.set(county, await addTestPerson(at, { name: '会计', org: house.cooperative, role: 'merchant' }));
    for (const household of house.households) {
      const phone = `150${String(county).slice(0, 4)}${String(families.length).padStart(4, '0')}`;
      const person = await addTestPerson(at, { name: '农户' });
      await giveTestPhone(at, person, phone);
      const member = await giveTestHeadPhone(at, { county, household }, phone);
      families.push({ house, household, village: member.village, member: member.id, person });
    }
  }
  return { ...world, families, agreed: [], seconds, projects: [] };
}

const termsOf = (kind: Terms['kind'], die: Dice, business: string | null): Terms => {
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
          season: '2026',
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

/** What is done under agreements. */
export const helpSteps: Steps<SimulatedWorld> = {
  agree: {
    weight: 8,
    async run(world, die) {
      const family = die.of(world.families) as Family;
      const kind = die.of(['shop', 'industry', 'startup', 'employment', 'shareholding'] as const) as Terms['kind'];
      if (alive(world, kind).some((other) => other.family === family)) return 'idle';
      const { house, household, village } = family;
      const { county, cooperative: org } = house;
      const now = world.at.clock.now();
      const endsOn = dayOf(new Date(now.getTime() + die.int(60, 500) * DAY_MS));
      // One household of each county has made the cooperative's shop its own.
      const own = family === world.families.find((one) => one.house === house);
      const terms = termsOf(kind, die, own ? org : null);
      const households = [{ household, village }];
      const id = await addTestAgreement(world.at, { county, org, terms, households, startsOn: dayOf(now), endsOn });
      world.agreed.push({ id, kind, family, endsOn });
    },
  },
  dispute: {
    weight: 2,
    refusals: ['not-in-force', 'agreement-dispute-open', 'agreement-not-found'],
    async run(world, die) {
      const found = die.of(alive(world));
      if (!found) return 'idle';
      const params = { county: found.family.house.county, id: found.id };
      await world.as(found.family.person).benefit.disputeMyAgreement({ params, body: { words: '没有按协议办' } });
    },
  },
  decide: {
    weight: 3,
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
      const { house } = found.family;
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
      const { house, household, member } = found.family;
      const day = dayOf(world.at.clock.now());
      await world.as(house.merchant).benefit.recordCounts({
        params: { county: house.county },
        body: { org: house.cooperative, day, counts: [{ household, member, units: die.int(1, 400) }] },
      });
    },
  },
  payroll: {
    weight: 3,
    refusals: ['nothing-to-pay-for', 'period-not-over'],
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
      const second = world.seconds.get(county) as Actor;
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
      const second = world.seconds.get(county) as Actor;
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
      const { house, household } = found.family;
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
      const families = die.shuffled(world.families.filter((one) => one.house === house)).slice(0, die.int(1, 3));
      const shares = families.map((family, i) => ({
        family,
        bp: i === 0 ? 10_000 - 2_001 * (families.length - 1) : 2_001,
      }));
      const sku = house.goods[0]?.sku as string;
      const merchant = world.as(house.merchant).presale;
      const endsOn = day(die.int(3, 25));
      const { id } = await merchant.draftProject({
        params: { county },
        body: {
          ...{ org, sku, titleZh: '修烘干房', titleEn: '', storyZh: '', storyEn: '', goalFen: die.int(1_000, 40_000) },
          ...{ opensOn: day(0), endsOn, deliverBy: day(30), fundBp: die.int(0, 900) },
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

/** Goods from the scale to the door, one after the other, each way as far as it goes. */
export const tradeSteps: Steps<SimulatedWorld> = {
  buyIn: {
    weight: 12,
    refusals: ['grams-above-yield', 'lot-moved-on', 'grams-not-closed', 'certificate-exists'],
    async run(world, die) {
      const { house, household } = die.of(world.families) as Family;
      const { county, station } = house;
      const params = { county };
      const goods = die.of(house.goods) as TestHouse['goods'][number];
      const packs = die.int(4, 60);
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
    refusals: [
      ...[
        'lines-short',
        'price-changed',
        'sku-not-on-sale',
        'case-nothing-left',
        'case-too-late',
        'case-order-state',
        'fund-short',
      ],
      ...['case-packs-over', 'case-fen-over', 'case-move-not-allowed'],
    ],
    async run(world, die) {
      const house = die.of(world.houses) as TestHouse;
      const { by, address } = die.of(world.buyers) as SimulatedWorld['buyers'][number];
      const buyer = world.as(by);
      const { county } = house;
      const lines = die
        .shuffled(house.goods)
        .slice(0, die.int(1, 2))
        .map(({ sku }) => ({ county, sku, packs: die.int(1, 3) }));
      const checkout = await buyer.trade.placeCheckout({ body: { lines, address } });
      // Some go away again; their time runs out.
      if (die.chance(0.08)) return;
      const { payment } = await buyer.trade.pay({ params: { id: checkout.id }, body: { provider: 'sandbox' } });
      await buyer.trade.sandboxPay({ params: { id: payment }, body: { outcome: 'success' } });
      const params = { county, id: checkout.orders[0]?.id as string };
      if (die.chance(0.1)) {
        await buyer.trade.cancelOrder({ params, body: { reason: '买错了' } });
        return;
      }
      const merchant = world.as(house.merchant);
      const parcel = await merchant.fulfilment.packOrder({ params, body: {} });
      await merchant.fulfilment.sendParcel({
        params: { county, id: parcel.id },
        body: { carrier: '乡镇物流', waybill: newId().slice(0, 32) },
      });
      world.passTime(die.int(1, 3) * DAY_MS);
      // Not everybody says that it has come; after some days it counts as received.
      if (die.chance(0.7)) await buyer.fulfilment.receiveOrder({ params, body: {} });
      if (die.chance(0.2)) {
        const order = await buyer.trade.order({ params });
        const line = die.of(order.lines) as (typeof order.lines)[number];
        const body = { kind: 'refund' as const, lines: [{ line: line.id, packs: 1 }], reason: '少了一袋', photos: [] };
        const opened = await buyer.trade.openCase({ params, body });
        await merchant.trade.acceptCase({ params: { county, id: opened.id }, body: {} });
      }
    },
  },
  weeks: {
    weight: 6,
    async run(world, die) {
      world.passTime(die.int(3, 20) * DAY_MS);
      for (const job of modules.flatMap((module) => module.jobs?.(world.at) ?? [])) {
        await job.run({}, { signal: new AbortController().signal });
      }
    },
  },
  deliver: { weight: 10, run: deliver },
};

interface Sum {
  mechanism: string;
  fen: number;
}
const bySum = (rows: readonly Sum[]) =>
  Object.fromEntries(rows.map(({ mechanism, fen }) => [mechanism, fen] as const).sort());

/** The same income, asked of entries, ledger, statements, the county's figures and the public log. */
export async function sameIncomeByEveryPath(world: SimulatedWorld): Promise<Record<string, number>> {
  const { db } = world.at;
  while ((await sequenceLog(world.at)) > 0);
  const all: Record<string, number> = {};
  for (const house of world.houses) {
    const { county } = house;
    const rows = async (query: ReturnType<typeof sql>) =>
      scoped(db, 'all', async (tx) => (await query.execute(tx)).rows as Sum[]);
    const entries = bySum(
      await rows(sql`select mechanism, sum(fen)::bigint as fen from benefit.entry where county = ${county} group by 1`),
    );
    const sum = Object.values(entries).reduce((total, fen) => total + fen, 0);
    const inKind = await one<{ fen: number }>(
      db,
      sql`select coalesce(sum(fen), 0)::bigint as fen from benefit.entry where county = ${county} and income = 'in_kind'`,
    );

    const ledger = await one<{ fen: number }>(
      db,
      sql`select coalesce(sum(case when c.kind = 'household' then t.amount_fen else -t.amount_fen end), 0)::bigint as fen
            from ledger.transfer t
            join ledger.account d on d.county = t.county and d.id = t.debit
            join ledger.account c on c.county = t.county and c.id = t.credit
           where t.county = ${county} and 'household' in (d.kind, c.kind)
             and not ('buyer_cash' in (d.kind, c.kind) or 'payout_clearing' in (d.kind, c.kind))`,
    );
    assert.equal(ledger.fen, sum - inKind.fen, `${county}: what went into households' accounts`);

    const auditor = world.as(house.auditor);
    const totals = await auditor.benefit.totals({ params: { county }, query: { by: 'mechanism' } });
    assert.deepEqual(bySum(totals.rows.map(({ key, fen }) => ({ mechanism: key, fen }))), entries, `${county}: totals`);

    const statements: Record<string, number> = {};
    for (const id of house.households) {
      const { months } = await world.as(house.operator).benefit.householdStatement({ params: { county, id } });
      for (const { mechanism, fen } of months) statements[mechanism] = (statements[mechanism] ?? 0) + fen;
    }
    assert.deepEqual(bySum(Object.entries(statements).map(([mechanism, fen]) => ({ mechanism, fen }))), entries);

    const published = await rows(
      sql`select mechanism, sum(fen)::bigint as fen from benefit.log_total where county = ${county} group by 1`,
    );
    assert.deepEqual(bySum(published), entries, `${county}: published totals`);
    for (const [mechanism, fen] of Object.entries(entries)) all[mechanism] = (all[mechanism] ?? 0) + fen;
  }
  assert.deepEqual(await sumsOfLines(world.at), all, 'lines of the log, added up by anybody');
  return all;
}
