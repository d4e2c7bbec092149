import { createHmac, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { newId } from '#platform/ids.ts';
import { makeSealer } from '#platform/secrets.ts';
import { type Figures, percentile, residentMb, round } from './figures.ts';
import { drive, LoadClient } from './load.ts';
import { processorMicros } from './processor.ts';
import { type BenchShop, key, withShop } from './shop.ts';

const UNITS = 200;
const BUYERS = 20_000;
const AT_ONCE = 1000;

/**
 * A flash sale: 200 units of one lot, 20,000 buyers with a session and an address each, 1,000 of them at a time, every
 * one pressing the button once. Exactly 200 must be sold, and every other buyer must be told that nothing is left. As
 * before a real sale, the buyers have looked in a moment before. The limit is the same server refusing the same
 * request for a reason that needs no database: what HTTP alone costs.
 */
export async function run(say: (text: string) => void): Promise<Figures> {
  return withShop({ skus: 1, packs: UNITS }, say, async (bench) => {
    say(`${BUYERS} buyers get a session and an address …`);
    const sessions = await makeBuyers(bench);
    const clients = Array.from({ length: AT_ONCE }, () => new LoadClient(bench.url));
    await each(clients, sessions, async (client) => expect(await client.send('GET', '/api/me'), 200));
    await sql`analyze`.execute(bench.db);

    const { county, skus } = bench.shop;
    const lines = [{ county, sku: skus[0] as string, packs: 1 }];
    const times: number[] = [];
    const counts = { sold: 0, short: 0 };
    const usedBefore = { server: processorMicros(bench.pid), database: processorMicros(bench.databasePid) };
    const seconds = await each(clients, sessions, async (client, { address }) => {
      const answer = await client.send('POST', '/api/checkouts', { lines, address }, key());
      times.push(answer.ms);
      if (answer.status === 201) counts.sold++;
      else if (answer.status === 409 && JSON.parse(answer.body).code === 'lines-short') counts.short++;
      else throw new Error(`answered ${answer.status}: ${answer.body}`);
    });
    const rss = residentMb(bench.pid);
    const micros = (now: number, before: number) => round((now - before) / BUYERS, 0);
    const server = micros(processorMicros(bench.pid), usedBefore.server);
    const database = micros(processorMicros(bench.databasePid), usedBefore.database);
    if (counts.sold !== UNITS || counts.short !== BUYERS - UNITS) {
      throw new Error(`sold ${counts.sold} of ${UNITS}, refused ${counts.short} of ${BUYERS - UNITS}`);
    }
    const rate = BUYERS / seconds;
    say(`${round(rate, 0)} answers/s; ${counts.sold} sold, ${counts.short} told that nothing is left`);

    let refused = 0;
    const limitSeconds = await drive(clients, 4, async (client) => {
      expect(await client.send('POST', '/api/checkouts', { lines, address: 'none' }, key()), 400);
      refused++;
    });
    const limit = refused / limitSeconds;
    for (const client of clients) client.close();
    await bench.close();
    return {
      ...{ rate: round(rate, 0), unit: 'answers/s' },
      ...{ p50_ms: round(percentile(times, 0.5)), p99_ms: round(percentile(times, 0.99)) },
      ...{ limit: round(limit, 0), ratio: round(rate / limit, 3), rss_mb: rss },
      ...{ buyers: BUYERS, at_once: AT_ONCE, units: UNITS, sold: counts.sold, refused: counts.short },
      ...{ server_us_per_answer: server, database_us_per_answer: database },
      workers: Number(process.env.SHANHUO_WORKERS ?? 1),
    };
  });
}

interface Session {
  cookie: string;
  address: string;
}

/** Written by hand: signing in twenty thousand phones one after another is another bench. */
async function makeBuyers({ db, secret }: BenchShop): Promise<Session[]> {
  const sealer = makeSealer(secret);
  const signing = sealer.sign('better-auth', 'secret/1').toString('base64url');
  const contact = sealer.seal(JSON.stringify({ name: '买家', phone: '19900000000', street: '一号院' }));
  const people = Array.from({ length: BUYERS }, () => ({
    id: newId(),
    address: newId(),
    session: newId(),
    token: randomBytes(24).toString('base64url'),
  }));
  const ids = people.map((one) => one.id);
  await sql`
    insert into auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
    select id, '买家', id || '@phone.invalid', true, now(), now() from unnest(${ids}::text[]) id`.execute(db);
  await sql`
    insert into auth."session" (id, token, "userId", "expiresAt", "createdAt", "updatedAt")
    select s.id, s.token, s.person, now() + interval '1 day', now(), now()
      from unnest(${people.map((one) => one.session)}::text[], ${people.map((one) => one.token)}::text[], ${ids}::text[])
        s (id, token, person)`.execute(db);
  await sql`
    insert into trade.address (id, person, region, contact_sealed, is_default, created_at)
    select a.id, a.person, '110101000000', ${contact}::bytea, true, now()
      from unnest(${people.map((one) => one.address)}::uuid[], ${ids}::text[]) a (id, person)`.execute(db);
  return people.map(({ token, address }) => {
    const signature = createHmac('sha256', signing).update(token).digest('base64');
    return { address, cookie: `shanhuo.session_token=${encodeURIComponent(`${token}.${signature}`)}` };
  });
}

/** Every session once, through whichever client is free. @returns seconds */
async function each(
  clients: readonly LoadClient[],
  sessions: readonly Session[],
  work: (client: LoadClient, session: Session) => Promise<void>,
): Promise<number> {
  let next = 0;
  const begun = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let at = next++; at < sessions.length; at = next++) {
        const session = sessions[at] as Session;
        client.cookie = session.cookie;
        await work(client, session);
      }
    }),
  );
  return (performance.now() - begun) / 1000;
}

function expect(answer: { status: number; body: string }, status: number): void {
  if (answer.status !== status) throw new Error(`answered ${answer.status} for ${status}: ${answer.body}`);
}
