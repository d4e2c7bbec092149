import pg from 'pg';

/** BENCH_STATEMENTS=20 prints the twenty statements that took the database longest; counting them costs a little. */
const most = Number(process.env.BENCH_STATEMENTS ?? 0);

/** BENCH_SETTINGS="io_method=sync work_mem=64MB" tries other settings of the database. */
const tried = process.env.BENCH_SETTINGS?.split(' ') ?? [];

export const statementSettings = [
  ...(most > 0 ? ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.track=all'] : []),
  ...tried,
];

/** Begins to count anew. */
export async function forgetStatements(url: string): Promise<void> {
  if (most === 0) return;
  await asOwner(url, async (client) => {
    await client.query('create extension if not exists pg_stat_statements');
    await client.query('select pg_stat_statements_reset()');
  });
}

/**
 * What the database did since: first the longest, then those that read the most pages, where what grows with a table
 * shows and what waits for others does not. Statements inside functions are counted with those that call them, too.
 */
export async function tellStatements(url: string, say: (text: string) => void): Promise<void> {
  if (most === 0) return;
  await asOwner(url, async (client) => {
    for (const order of ['total_exec_time', 'shared_blks_hit']) {
      say(`by ${order}`);
      const { rows } = await client.query(
        `select round(total_exec_time) as ms, calls, round((1000 * mean_exec_time)::numeric) as us, rows,
                round(shared_blks_hit::numeric / greatest(calls, 1)) as pages,
                regexp_replace(left(query, 150), '\\s+', ' ', 'g') as query
           from pg_stat_statements order by ${order} desc limit $1`,
        [most],
      );
      for (const { ms, calls, us, rows: n, pages, query } of rows) {
        say(`${ms} ms  ${calls} × ${us} µs, ${pages} pages  ${n} rows  ${query}`);
      }
    }
  });
}

/** What was just filled in is on the disk, as in a database that has run for a while: no statement writes it out for others. */
export const writeOut = (url: string): Promise<void> =>
  asOwner(url, async (client) => {
    await client.query('checkpoint');
  });

async function asOwner(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
