import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { lotReading } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { countEvents, type EventRow, type From, findEvents } from './events.queries.ts';
import type { Json, Prefixes } from './names.ts';
import { BadParameter, type EventQuery, readQuery, TooComplex } from './query-params.ts';

/** Longest that a query may look; then it is too complex. */
const LONGEST_MS = 10_000;

/** Where the next page begins. Carries no right: who reads on must be allowed to. */
interface Token {
  /** only what was recorded by then, so that what comes in between two pages moves nothing */
  until: string;
  at: string | null;
  id: string;
  /** of `eventCountLimit` what is left */
  left: number | null;
  /** the query it belongs to */
  of: string;
}

const pack = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url');
function unpack(text: string, of: string): Token {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Token;
    const whole = !Number.isNaN(Date.parse(token.until)) && /^[0-9a-f-]{36}$/.test(token.id) && token.of === of;
    if (whole && (token.at === null || !Number.isNaN(Date.parse(token.at)))) return token;
  } catch {
    // Told below, like every token that fits no page.
  }
  throw new BadParameter('nextPageToken', 'does not belong to this query');
}

/**
 * One page of the events that a query finds among those the reader may see.
 *
 * @param given the parameters, without those of the page
 * @returns the events, and the token of the next page or null
 * @throws Refusal `epcis-query-parameter` | `epcis-query-too-large` | `epcis-query-too-complex`
 */
export async function eventPage(
  at: Context,
  by: Actor,
  input: {
    county: County;
    given: Readonly<Record<string, Json | undefined>>;
    extensions?: Prefixes;
    perPage: number;
    nextPageToken?: string;
  },
): Promise<{ rows: EventRow[]; next: string | null }> {
  const { county, perPage } = input;
  const of = at.sealer.hash(`epcis query ${JSON.stringify(input.given)}`).slice(0, 16);
  try {
    const query = readQuery(input.given, input.extensions);
    const token = input.nextPageToken === undefined ? null : unpack(input.nextPageToken, of);
    const from: From = {
      until: token ? new Date(token.until) : at.clock.now(),
      after: token && { at: token.at === null ? null : new Date(token.at), id: token.id },
    };
    const left = token ? token.left : query.eventCountLimit;
    const size = Math.min(perPage, left ?? perPage);
    const reading = lotReading(by, county);
    const rows = await limited(at, async (tx) => {
      if (query.maxEventCount !== null && !token) {
        const found = await countEvents(tx, county, reading, query.conditions, query.maxEventCount + 1);
        if (found > query.maxEventCount) throw refuse('epcis-query-too-large', { most: query.maxEventCount });
      }
      return findEvents(tx, county, reading, query, from, size + 1);
    });
    const page = rows.slice(0, size);
    const last = page.at(-1);
    const rest = left === null ? null : left - page.length;
    if (!last || rows.length <= size || rest === 0) return { rows: page, next: null };
    const until = from.until.toISOString();
    return { rows: page, next: pack({ until, at: orderedBy(last, query), id: last.id, left: rest, of }) };
  } catch (error) {
    throw refusalOf(error);
  }
}

/** What is refused of a query that cannot be read or looks too long; any other error as it is. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof BadParameter) {
    return refuse('epcis-query-parameter', { parameter: error.parameter, why: error.message });
  }
  if (error instanceof TooComplex || (error as { code?: string }).code === '57014') {
    return refuse('epcis-query-too-complex');
  }
  return error;
}

const orderedBy = (row: EventRow, { orderBy }: EventQuery): string | null =>
  orderBy === null ? null : row[orderBy].toISOString();

/** Reads for no longer than a query may take. */
export async function limited<T>(at: Context, read: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(at.db, async (tx) => {
    await sql.raw(`set local statement_timeout = ${LONGEST_MS}`).execute(tx);
    return read(tx);
  });
}
