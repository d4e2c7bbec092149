import { createHash } from 'node:crypto';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once, scoped, type Tx, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { closedStore, keepPicture, largestFile, pictureName, pictureType } from '#platform/files.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { readHousehold } from '#registry';
import { refuse } from '../refuse.ts';
import type { Outcome } from './sample-kinds.ts';
import { checksOf } from './sample-views.ts';
import { soundType } from './sound-type.ts';

interface Item {
  county: County;
  /** the sample */
  id: string;
  n: number;
}

/** One item on the list of who asks, of a sample that is open. @throws Refusal `item-not-found` | `sample-closed` */
async function myItem(tx: Db, by: Actor, { county, id, n }: Item) {
  const row = await tx
    .selectFrom('benefit.sample_item as i')
    .innerJoin('benefit.sample as s', (join) => join.onRef('s.county', '=', 'i.county').onRef('s.id', '=', 'i.sample'))
    .select(['i.household', 'i.village', 'i.claimed_fen as claimedFen', 's.number', 's.closed_at as closedAt'])
    .where('i.county', '=', county)
    .where('i.sample', '=', id)
    .where('i.n', '=', n)
    .where('i.checker', '=', by.person)
    .executeTakeFirst();
  if (!row) throw refuse('item-not-found');
  if (row.closedAt) throw refuse('sample-closed');
  return row;
}

/**
 * Name and phone of the household's head, for its checker and while the sample is open; each look is logged.
 *
 * @throws Refusal `item-not-found` | `sample-closed` | `not-found` where the household has left the checker's region
 */
export async function checkContact(
  at: Context,
  by: Actor,
  item: Item,
): Promise<{ name: string; phone: string | null }> {
  const { county, n } = item;
  const found = await scoped(at.db, String(county), (tx) => myItem(tx, by, item));
  const household = await readHousehold(at, by, {
    ...{ county, id: found.household, fields: ['name', 'phone'] },
    reason: `抽查 ${found.number} 第 ${n} 条电话核实`,
  });
  const [head] = household.members;
  const phone = household.members.find((member) => member.phone)?.phone ?? null;
  return { name: head?.name ?? '', phone };
}

/**
 * Keeps a photo or a recording of an answer; the answer then names it. Handed out to nobody by address.
 *
 * @throws Refusal `item-not-found` | `sample-closed` | `file-too-large` | `sound-not-allowed` | `file-type-not-allowed`
 */
export async function addProof(
  at: Context,
  by: Actor,
  input: Item & { bytes: Uint8Array },
  key: OnceKey | null,
): Promise<{ proof: string; kind: 'photo' | 'voice' }> {
  const { county, id, n, bytes } = input;
  await scoped(at.db, String(county), (tx) => myItem(tx, by, input));
  if (bytes.byteLength > largestFile) throw refusePlatform('file-too-large', { limit: largestFile / 1024 / 1024 });
  const store = closedStore(at.files);
  const photo = pictureType(bytes) !== undefined;
  const mime = photo ? 'image/webp' : soundType(bytes);
  if (!mime) throw refuse('sound-not-allowed');
  const sha256 = photo
    ? (await keepPicture(at.db, store, by, { county, bytes })).sha256
    : createHash('sha256').update(bytes).digest('hex');
  if (!photo) await store.put(soundName(sha256), bytes);
  return once(at.db, key, async (tx) => {
    const proof = newId();
    const kind = photo ? ('photo' as const) : ('voice' as const);
    await tx
      .insertInto('benefit.sample_proof')
      .values({ county, id: proof, sample: id, n, kind, sha256, mime, by_person: by.person, at: at.clock.now() })
      .execute();
    return { proof, kind };
  });
}

const soundName = (sha256: string) => `${sha256.slice(0, 2)}/${sha256}.sound`;

/**
 * The bytes of a photo or recording, for who checks the item and for those over the whole county.
 *
 * @throws Refusal `proof-not-found`
 */
export async function proofBytes(
  at: Context,
  by: Actor,
  { county, id, proof }: { county: County; id: string; proof: string },
): Promise<{ mime: string; bytes: Uint8Array }> {
  const readsAll = membershipsIn(by, county, ['operator', 'auditor']).length > 0;
  const kept = await at.db
    .selectFrom('benefit.sample_proof')
    .select(['kind', 'sha256', 'mime', 'by_person'])
    .where('county', '=', county)
    .where('id', '=', proof)
    .where('sample', '=', id)
    .executeTakeFirst();
  if (!kept || (!readsAll && kept.by_person !== by.person)) throw refuse('proof-not-found');
  const name = kept.kind === 'photo' ? pictureName(kept.sha256, 1600) : soundName(kept.sha256);
  const bytes = await closedStore(at.files).get(name);
  if (!bytes) throw refuse('proof-not-found');
  return { mime: kept.mime, bytes };
}

/**
 * Writes down what the household said. Said again before the sample is closed, the later answer counts.
 *
 * @param input.actualFen needed where the amount differs
 * @throws Refusal `item-not-found` | `sample-closed` | `actual-missing` | `actual-same` | `proof-not-found`
 */
export async function answerCheck(
  at: Context,
  by: Actor,
  input: Item & {
    outcome: Outcome;
    actualFen?: Fen | null;
    words: string;
    photo?: string | null;
    voice?: string | null;
  },
  key: OnceKey | null,
) {
  const { county, id, n, outcome, words, photo = null, voice = null } = input;
  return once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    // The lock that closing takes too: an answer comes before the end or is refused.
    await tx
      .selectFrom('benefit.sample')
      .select('id')
      .where('county', '=', county)
      .where('id', '=', id)
      .forShare()
      .execute();
    const item = await myItem(tx, by, input);
    const actual = actualOf(outcome, item.claimedFen, input.actualFen ?? null);
    await requireProofs(tx, input, { photo, voice });
    await tx
      .insertInto('benefit.sample_answer')
      .values({
        ...{ county, id: newId(), sample: id, n, village: item.village, outcome, actual_fen: actual },
        ...{ words: words.trim(), photo, voice, by_person: by.person, at: at.clock.now() },
      })
      .execute();
    const [check] = await checksOf(at, tx, by, county, { sample: id, n });
    if (!check) throw refuse('item-not-found');
    return check;
  });
}

function actualOf(outcome: Outcome, claimed: Fen, said: Fen | null): Fen | null {
  if (outcome === 'received') return claimed;
  if (outcome === 'not_received') return 0;
  if (outcome === 'unreachable') return null;
  if (said === null) throw refuse('actual-missing');
  if (said === claimed) throw refuse('actual-same');
  return said;
}

async function requireProofs(
  tx: Tx,
  { county, id, n }: Item,
  named: { photo: string | null; voice: string | null },
): Promise<void> {
  const asked = Object.entries(named).flatMap(([kind, proof]) => (proof ? [{ kind, proof }] : []));
  if (asked.length === 0) return;
  const kept = await tx
    .selectFrom('benefit.sample_proof')
    .select(['id', 'kind'])
    .where('county', '=', county)
    .where('sample', '=', id)
    .where('n', '=', n)
    .execute();
  const known = (one: { kind: string; proof: string }) =>
    kept.some((row) => row.id === one.proof && row.kind === one.kind);
  if (!asked.every(known)) throw refuse('proof-not-found');
}
