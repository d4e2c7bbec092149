import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { testDatabase } from '../../../test/database.ts';
import { loadRegions, openCounty } from './load-regions.ts';
import { regionFile } from './region-file.ts';

test('all of China down to townships is loaded once, by however many servers start', async (t) => {
  const { db } = await testDatabase(t);
  const written = await Promise.all([loadRegions(db), loadRegions(db), loadRegions(db)]);
  assert.deepEqual(
    written.sort((a, b) => a - b),
    [0, 0, 44699],
  );

  const levels = await sql<{ level: number; n: number }>`
    select level, count(*)::int as n from registry.region group by level order by level`.execute(db);
  // Three cities without counties and a county without townships stand once, see README.md.
  assert.deepEqual(levels.rows, [
    { level: 1, n: 31 },
    { level: 2, n: 342 - 3 },
    { level: 3, n: 2978 },
    { level: 4, n: 41352 - 1 },
  ]);
  const lost = await sql`
    select r.code from registry.region r left join registry.region p on p.code = r.parent
    where r.level > 1 and (p.code is null or p.level >= r.level)`.execute(db);
  assert.deepEqual(lost.rows, []);
});

test('opening a county adds its villages, a newer file brings names up to date', async (t) => {
  const { db } = await testDatabase(t);
  await openCounty(db, 500242);
  const villages = () =>
    db
      .selectFrom('registry.region')
      .selectAll()
      .where('code', 'like', '500242%')
      .where('level', '=', 5)
      .orderBy('code')
      .execute();
  const rows = await villages();
  assert.equal(rows.length, 278);
  const shown = rows.find((row) => row.code === '500242114204');
  assert.equal(shown?.full_name, '重庆市酉阳土家族苗族自治县板溪镇杉树湾村');
  assert.equal(shown?.name, '杉树湾村村民委员会');
  assert.equal(shown?.pinyin, 'shanshuwancun');
  assert.equal(shown?.parent, '500242114000');

  // As an older version of the file would have left it.
  await sql`update registry.region set name = '旧名' where code in ('500242000000', '500242114000')`.execute(db);
  await sql`update platform.counter set value = value - 1 where name = 'registry.region.version'`.execute(db);
  assert.equal(await loadRegions(db), regionFile().upToTownships().length);
  const name = await db
    .selectFrom('registry.region')
    .select('name')
    .where('code', '=', '500242114000')
    .executeTakeFirst();
  assert.equal(name?.name, '板溪镇');
  assert.equal((await villages()).length, 278);
});
