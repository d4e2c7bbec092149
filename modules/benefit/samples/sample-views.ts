import { type Selectable, sql } from 'kysely';
import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { BenefitSample } from '#platform/database/tables.ts';
import { type Db, scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { householdBrief, personNames, regionNames } from '#registry';
import { refuse } from '../refuse.ts';
import { ratioEstimate, wilson } from './estimate.ts';
import type { Confidence, Outcome } from './sample-kinds.ts';
import type { Check, Sample } from './samples.contract.ts';

type SampleRow = Selectable<BenefitSample>;

interface Answer {
  sample: string;
  n: number;
  claimedFen: Fen;
  outcome: Outcome;
  actualFen: Fen | null;
  words: string;
  photo: string | null;
  voice: string | null;
  at: Date;
}

/** The answer that counts of each item that has one. @param tx with the county's scope */
export async function answersOf(tx: Db, county: County, samples: readonly string[]): Promise<Answer[]> {
  const { rows } = await sql<Answer>`
    select distinct on (a.sample, a.n) a.sample, a.n, i.claimed_fen as "claimedFen", a.outcome,
           a.actual_fen as "actualFen", a.words, a.photo, a.voice, a.at
      from benefit.sample_answer a
      join benefit.sample_item i on i.county = a.county and i.sample = a.sample and i.n = a.n
     where a.county = ${county} and a.sample = any(${samples as string[]}::uuid[])
     order by a.sample, a.n, a.at desc, a.id desc`.execute(tx);
  return rows;
}

/**
 * What answers say of all: of those who could be reached, because nothing is known of the others, who are counted beside it.
 * Null while nobody was reached.
 */
export function estimateOf(
  sample: Pick<SampleRow, 'population' | 'claimed_fen' | 'confidence_bp'>,
  answers: readonly Answer[],
) {
  const asked = answers.flatMap(({ claimedFen, actualFen }) => (actualFen === null ? [] : [{ claimedFen, actualFen }]));
  if (asked.length === 0) return null;
  const received = answers.filter((one) => one.outcome === 'received').length;
  const confidence = sample.confidence_bp as Confidence;
  const share = wilson(received, asked.length, sample.population, confidence);
  const actual = ratioEstimate(asked, sample.population, sample.claimed_fen, confidence);
  return {
    ...{ answered: asked.length, unreachable: answers.length - asked.length, received },
    ...{ share: received / asked.length, shareLow: share.low, shareHigh: share.high },
    ...{ actualFen: actual.fen, actualLowFen: actual.low, actualHighFen: actual.high },
  };
}

/** Samples with what is known so far, and no row of anybody. */
async function factsOf(at: Context, county: County, rows: readonly SampleRow[]) {
  const answers = Map.groupBy(
    await scoped(at.db, String(county), (tx) =>
      answersOf(
        tx,
        county,
        rows.map((row) => row.id),
      ),
    ),
    (one) => one.sample,
  );
  const codes = rows.map((row) => row.region.padEnd(12, '0'));
  const names = await regionNames(at.db, codes);
  return rows.map((row, n) => ({
    ...{ number: row.number, unit: row.unit, fromMonth: row.from_month, toMonth: row.to_month, region: row.region },
    regionName: names.get(codes[n] as string)?.name ?? row.region,
    ...{ confidenceBp: row.confidence_bp as Confidence, marginBp: row.margin_bp, seed: row.seed },
    ...{ population: row.population, size: row.size, claimedFen: row.claimed_fen },
    ...{ drawnAt: row.at, dueOn: row.due_on, closedAt: row.closed_at },
    asked: answers.get(row.id)?.length ?? 0,
    estimate: estimateOf(row, answers.get(row.id) ?? []),
  }));
}

/** What finished samples found, for anyone; the newest first. */
export async function verification(at: Context, county: County) {
  const rows = await at.db
    .selectFrom('benefit.sample')
    .selectAll()
    .where('county', '=', county)
    .where('closed_at', 'is not', null)
    .orderBy('closed_at', 'desc')
    .limit(50)
    .execute();
  return factsOf(at, county, rows);
}

async function rowsWithNames(at: Context, county: County, rows: readonly SampleRow[]) {
  const people = await personNames(
    at.db,
    rows.map((row) => row.by_person),
  );
  const facts = await factsOf(at, county, rows);
  return facts.map((fact, n) => {
    const row = rows[n] as SampleRow;
    return { id: row.id, ...fact, byName: people.get(row.by_person) ?? '' };
  });
}

/** A page of samples, the newest first. */
export async function samplePage(
  at: Context,
  county: County,
  { page = 1, size = 20 }: { page?: number; size?: number },
) {
  const found = at.db.selectFrom('benefit.sample').where('county', '=', county);
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await rowsWithNames(at, county, rows), total, page, size };
}

/** One sample with its items, by village and without a household. @throws Refusal `sample-not-found` */
export async function sampleView(at: Context, county: County, id: string): Promise<Static<typeof Sample>> {
  const row = await at.db
    .selectFrom('benefit.sample')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw refuse('sample-not-found');
  const [view] = await rowsWithNames(at, county, [row]);
  const { items, answers } = await scoped(at.db, String(county), async (tx) => ({
    items: await tx
      .selectFrom('benefit.sample_item')
      .select(['n', 'village', 'claimed_fen as claimedFen', 'checker'])
      .where('county', '=', county)
      .where('sample', '=', id)
      .orderBy('n')
      .execute(),
    answers: await answersOf(tx, county, [id]),
  }));
  const byItem = new Map(answers.map((one) => [one.n, one]));
  const villages = await regionNames(
    at.db,
    items.map((one) => one.village),
  );
  const people = await personNames(
    at.db,
    items.map((one) => one.checker),
  );
  return {
    ...(view as NonNullable<typeof view>),
    items: items.map(({ n, village, claimedFen, checker }) => {
      const answer = byItem.get(n);
      return {
        ...{
          n,
          claimedFen,
          villageName: villages.get(village)?.name ?? village,
          checkerName: people.get(checker) ?? '',
        },
        ...{ outcome: answer?.outcome ?? null, actualFen: answer?.actualFen ?? null, words: answer?.words ?? '' },
        ...{ photo: answer?.photo ?? null, voice: answer?.voice ?? null, answeredAt: answer?.at ?? null },
      };
    }),
  };
}

/**
 * What somebody is to ask in open samples: of each household its masked head, village and the claimed amount, no more.
 *
 * @param tx with the county's scope
 */
export async function checksOf(
  at: Context,
  tx: Tx,
  by: Actor,
  county: County,
  only?: { sample: string; n: number },
): Promise<Static<typeof Check>[]> {
  const { rows } = await sql<
    Omit<Static<typeof Check>, 'villageName' | 'headMasked' | 'outcome' | 'actualFen' | 'words' | 'photo' | 'voice'> & {
      household: string;
      village: string;
    }
  >`
    select i.sample, s.number, i.n, i.household, i.village, i.claimed_fen as "claimedFen", e.mechanism,
           coalesce(e.month, s.from_month) as "fromMonth", coalesce(e.month, s.to_month) as "toMonth", s.due_on as "dueOn"
      from benefit.sample_item i
      join benefit.sample s on s.county = i.county and s.id = i.sample and s.closed_at is null
      left join benefit.entry e on e.county = i.county and e.id = i.entry
     where i.county = ${county} and i.checker = ${by.person}
       and (${only === undefined} or i.sample = ${only?.sample ?? null}::uuid and i.n = ${only?.n ?? null}::int)
     order by s.due_on, s.number, i.village, i.n`.execute(tx);
  const answers = await answersOf(tx, county, [...new Set(rows.map((row) => row.sample))]);
  const heads = await householdBrief(
    tx,
    at.sealer,
    county,
    rows.map((row) => row.household),
  );
  const villages = await regionNames(
    tx,
    rows.map((row) => row.village),
  );
  return rows.map(({ household, village, ...row }) => {
    const answer = answers.find((one) => one.sample === row.sample && one.n === row.n);
    return {
      ...row,
      ...{ villageName: villages.get(village)?.name ?? village, headMasked: heads.get(household)?.headMasked ?? '' },
      ...{ outcome: answer?.outcome ?? null, actualFen: answer?.actualFen ?? null, words: answer?.words ?? '' },
      ...{ photo: answer?.photo ?? null, voice: answer?.voice ?? null },
    };
  });
}
