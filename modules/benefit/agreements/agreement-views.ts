import type { Static } from 'typebox';
import { type Actor, membershipsIn, scopeIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import {
  householdBrief,
  householdFiles,
  householdsOfPerson,
  organisationsById,
  personNames,
  regionNames,
} from '#registry';
import { householdFile } from '../entries/household-file.ts';
import { refuse } from '../refuse.ts';
import type { AgreementKind, Terms } from './agreement-kinds.ts';
import type { AgreementState } from './agreement-states.ts';
import type { Agreement } from './agreements.contract.ts';
import {
  type AgreementReach,
  type AgreementRow,
  agreementsOfHousehold,
  agreementWithin,
  listAgreements,
} from './agreements.queries.ts';

type View = Static<typeof Agreement>;

/** Those who see what is agreed with the households of a region; the others see their own organisations' agreements. */
const lookers = ['keeper', 'cadre', 'operator', 'platform', 'auditor'] as const;

/** What somebody may see of a county's agreements, and with which scope. */
export function reachOf(by: Actor, county: County): AgreementReach & { scope: string } {
  const region = scopeIn(by, county, lookers);
  return {
    region: region !== null,
    orgs: membershipsIn(by, county, ['merchant', 'courier', 'keeper']).map((m) => m.org),
    scope: region ?? String(county),
  };
}

/** A page of a county's agreements. */
export async function agreementPage(
  at: Context,
  by: Actor,
  county: County,
  query: {
    kind?: AgreementKind;
    state?: AgreementState;
    org?: string;
    household?: string;
    q?: string;
    page?: number;
    size?: number;
  },
) {
  const { page = 1, size = 20, household, ...filter } = query;
  const { scope, ...reach } = reachOf(by, county);
  return scoped(at.db, scope, async (tx) => {
    const file = household === undefined ? undefined : await householdFile(tx, county, household);
    if (household !== undefined && !file) return { rows: [], total: 0, page, size };
    const party = file && { files: await householdFiles(tx, county, file.household), village: file.village };
    const { rows, total } = await listAgreements(tx, county, reach, { ...filter, party, page, size });
    const found = await views(at, tx, by, county, rows);
    return {
      rows: found.map(({ parties, versions: _, disputes: __, moves: ___, ours: ____, ...row }) => ({
        ...row,
        households: parties.filter((party) => party.household !== null).length,
        villages: [...new Set(parties.map((party) => party.villageName))],
      })),
      ...{ total, page, size },
    };
  });
}

/** One agreement for those who work with it. @throws Refusal `agreement-not-found` */
export async function agreementView(at: Context, by: Actor, county: County, id: string): Promise<View> {
  const { scope, ...reach } = reachOf(by, county);
  return scoped(at.db, scope, async (tx) => {
    const row = await agreementWithin(tx, county, reach, id);
    const [view] = await views(at, tx, by, county, row ? [row] : []);
    if (!view) throw refuse('agreement-not-found');
    return view;
  });
}

/** The agreements that bind, or are to bind, the households a person belongs to: without the other households. */
export async function ownAgreements(at: Context, by: Actor): Promise<View[]> {
  const own = await householdsOfPerson(at.db, by.person);
  const found = await Promise.all(
    own.map(({ county, files, village }) =>
      scoped(at.db, String(county), async (tx) => {
        const rows = await agreementsOfHousehold(tx, county, files, village);
        return (await views(at, tx, by, county, rows)).map((view) => ownPart(view, files, village));
      }),
    ),
  );
  // A person of two files of one village finds a village's agreement once.
  return [...new Map(found.flat().map((view) => [view.id, view])).values()];
}

/** One of them. @throws Refusal `agreement-not-found` */
export async function ownAgreement(at: Context, by: Actor, county: County, id: string): Promise<View> {
  const view = (await ownAgreements(at, by)).find((one) => one.county === county && one.id === id);
  if (!view) throw refuse('agreement-not-found');
  return view;
}

function ownPart(view: View, files: readonly string[], village: string): View {
  const mine = (p: View['parties'][number]) => (p.household ? files.includes(p.household) : p.village === village);
  const parties = view.parties.filter(mine);
  const ids = parties.map((party) => party.id);
  return {
    ...view,
    parties,
    versions: view.versions.map((version) => ({
      ...version,
      signatures: version.signatures.filter((s) => s.party === null || ids.includes(s.party)),
    })),
    disputes: view.disputes.filter((dispute) => files.includes(dispute.household)),
    // Another household's words are not this one's to read.
    moves: view.moves.map((move) => (move.to === 'disputed' ? { ...move, words: '', byName: '' } : move)),
  };
}

async function views(at: Context, tx: Tx, by: Actor, county: County, rows: readonly AgreementRow[]): Promise<View[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const versions = await tx
    .selectFrom('benefit.agreement_version')
    .selectAll()
    .where('county', '=', county)
    .where('agreement', 'in', ids)
    .orderBy('version', 'desc')
    .execute();
  const parties = await tx
    .selectFrom('benefit.agreement_party')
    .selectAll()
    .where('county', '=', county)
    .where('agreement', 'in', ids)
    .orderBy('village')
    .orderBy('id')
    .execute();
  const signatures = await tx
    .selectFrom('benefit.agreement_signature')
    .selectAll()
    .where('county', '=', county)
    .where('agreement', 'in', ids)
    .orderBy('at')
    .orderBy('party', (o) => o.asc().nullsFirst())
    .execute();
  const disputes = await tx
    .selectFrom('benefit.agreement_dispute')
    .selectAll()
    .where('county', '=', county)
    .where('agreement', 'in', ids)
    .orderBy('at', 'desc')
    .orderBy('id')
    .execute();
  const moves = await tx
    .selectFrom('benefit.agreement_move')
    .selectAll()
    .where('county', '=', county)
    .where('agreement', 'in', ids)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const said = [...versions, ...signatures, ...disputes, ...moves];
  const people = await personNames(
    tx,
    said.map((row) => row.by_person),
  );
  const orgs = await organisationsById(
    tx,
    county,
    rows.map((row) => row.org),
  );
  const households = await householdBrief(
    tx,
    at.sealer,
    county,
    [...parties, ...disputes].flatMap((row) => row.household ?? []),
  );
  const villages = await regionNames(
    tx,
    parties.map((party) => party.village),
  );
  const now = at.clock.now();
  const byAgreement = <R extends { agreement: string }>(found: readonly R[], id: string) =>
    found.filter((one) => one.agreement === id);
  // What a household wrote or signed is read under its masked name: its people are in no one's list of staff.
  const headOf = (household: string | null | undefined) => (household && households.get(household)?.headMasked) || '';
  return rows.map((row) => {
    const own = byAgreement(parties, row.id);
    const ownVersions = byAgreement(versions, row.id).map((version) => ({
      ...{ version: version.version, terms: version.terms as unknown as Terms },
      ...{ startsOn: version.starts_on, endsOn: version.ends_on, words: version.words, at: version.at },
      byName: people.get(version.by_person) ?? '',
      signatures: byAgreement(signatures, row.id)
        .filter((signature) => signature.version === version.version)
        .map((s) => ({
          ...{ party: s.party, method: s.method, paper: s.paper, at: s.at },
          byName:
            s.method === 'code'
              ? headOf(own.find((party) => party.id === s.party)?.household)
              : (people.get(s.by_person) ?? ''),
        })),
    }));
    const newest = ownVersions[0] as (typeof ownVersions)[number];
    const ownDisputes = byAgreement(disputes, row.id);
    const householdBy = (person: string) => {
      const signed = byAgreement(signatures, row.id).find((s) => s.method === 'code' && s.by_person === person);
      const disputed = ownDisputes.find((dispute) => dispute.by_person === person);
      return disputed?.household ?? own.find((party) => signed !== undefined && party.id === signed.party)?.household;
    };
    return {
      ...{ county, id: row.id, number: row.number, kind: row.kind, org: row.org, state: row.state },
      orgName: orgs.get(row.org)?.name ?? '',
      ...{ latest: row.latest, terms: newest.terms, startsOn: newest.startsOn, endsOn: newest.endsOn, at: row.at },
      ours: membershipsIn(by, county).some((m) => m.org === row.org),
      parties: own.map((party) => ({
        ...{ id: party.id, village: party.village, household: party.household },
        villageName: villages.get(party.village)?.name ?? party.village,
        householdCode: party.household && (households.get(party.household)?.code ?? null),
        headMasked: party.household && (households.get(party.household)?.headMasked ?? null),
      })),
      versions: ownVersions,
      disputes: ownDisputes.map((dispute) => ({
        ...{ id: dispute.id, household: dispute.household, words: dispute.words, state: dispute.state },
        householdCode: households.get(dispute.household)?.code ?? '',
        ...{ at: dispute.at, dueAt: dispute.due_at, answer: dispute.answer },
        overdue: dispute.state === 'open' && dispute.due_at < now,
      })),
      moves: byAgreement(moves, row.id).map((move) => ({
        ...{ to: move.to_state as AgreementState, words: move.words, at: move.at },
        byName: headOf(householdBy(move.by_person)) || (people.get(move.by_person) ?? ''),
      })),
    };
  });
}
