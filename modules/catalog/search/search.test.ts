import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Context } from '#platform/context.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addProduct } from '../products/add-product.ts';
import { listProducts } from '../products/products.queries.ts';
import { searchQuery } from './search-text.ts';
import { segmenterFor } from './segmenter.ts';
import { splitSyllables } from './spelling.ts';

const { at } = await testContext();
const { county, operator, cooperative } = await openTestCounty(at);

const products = [
  { nameZh: '成县薄皮核桃', nameEn: 'Thin-shelled walnuts', crop: 'walnut', category: 'nut', origin: '621221107206' },
  {
    nameZh: '鸡峰山大红袍花椒',
    nameEn: 'Red Sichuan pepper',
    crop: 'pepper',
    category: 'spice',
    origin: '621221102201',
  },
  { nameZh: '高山土蜂蜜', nameEn: 'Mountain honey', crop: 'honey', category: 'honey', origin: '621221107205' },
  { nameZh: '冷榨核桃油', nameEn: 'Cold-pressed walnut oil', crop: 'walnut', category: 'oil', origin: '621221102201' },
  { nameZh: '重庆脐橙', nameEn: 'Navel oranges', crop: 'navel_orange', category: 'fruit', origin: '621221102201' },
];
for (const product of products) {
  await addProduct(
    at,
    operator,
    {
      county,
      product: {
        ...product,
        org: cooperative,
        taglineZh: '',
        taglineEn: '',
        storyZh: '',
        storyEn: '',
        storage: 'ambient',
        shelfLifeDays: 365,
        harvestMonths: [9],
      },
    },
    null,
  );
}

const [WALNUT, PEPPER, HONEY, OIL, ORANGE] = products.map((product) => product.nameZh) as [
  string,
  string,
  string,
  string,
  string,
];

// What is typed, and what must come, the best first.
const table: [typed: string, found: string[]][] = [
  ['核桃', [WALNUT, OIL]],
  ['薄皮核桃', [WALNUT]],
  ['成县薄皮核桃', [WALNUT]],
  ['核', [WALNUT, OIL]],
  ['hetao', [WALNUT, OIL]],
  ['he tao', [WALNUT, OIL]],
  ['HeTao', [WALNUT, OIL]],
  ['heta', [WALNUT, OIL]],
  ['ht', [WALNUT, OIL]],
  ['bpht', [WALNUT]],
  ['bopihetao', [WALNUT]],
  ['hetao成县', [WALNUT, OIL]],
  ['hetao薄皮', [WALNUT]],
  ['hetaobopi', [WALNUT]],
  ['baopihetao', [WALNUT]],
  ['核桃 油', [OIL]],
  ['核桃油', [OIL]],
  ['花椒', [PEPPER]],
  ['huajiao', [PEPPER]],
  ['大红袍的花椒', [PEPPER]],
  ['蜂蜜', [HONEY]],
  ['土蜂蜜', [HONEY]],
  ['walnut', [WALNUT, OIL]],
  ['Walnut oil', [OIL]],
  ['chongqing', [ORANGE]],
  ['新村', [WALNUT]],
  ['xincun', [WALNUT]],
  ['店村镇', [WALNUT, HONEY]],
  ['坚果', [WALNUT]],
  ['山里红蜂蜜', [HONEY]],
  ['he tao chengxian', [WALNUT, OIL]],
  ['hetao tianshui', []],
  ['tu feng mi', [HONEY]],
  ['茶叶', []],
  ['lizhi', []],
  ["核桃'; drop table --", []],
];
for (const [typed, expected] of table) {
  test(`「${typed}」 finds ${expected.join('、') || 'nothing'}`, async () => {
    const found = await find(at, typed);
    assert.deepEqual(found.toSorted(), expected.toSorted());
  });
}

test('what bears the word in its name comes before what only grows the crop', async () => {
  assert.equal((await find(at, '核桃油'))[0], OIL);
  assert.deepEqual((await find(at, '成县')).length, 5);
  assert.equal((await find(at, '成县'))[0], WALNUT);
});

test('a query of nothing but marks asks for nothing that exists', async () => {
  assert.equal(searchQuery('！！？', await segmenterFor(at.db)), null);
});

test('letters without spaces fall into syllables, or into none', () => {
  assert.deepEqual(splitSyllables('hetaochengxian'), ['he', 'tao', 'cheng', 'xian']);
  assert.deepEqual(splitSyllables('zhuangzu'), ['zhuang', 'zu']);
  assert.equal(splitSyllables('walnut'), null);
  assert.equal(splitSyllables('ht'), null);
  // Half a billion ways to cut it, none of which ends well: it must not be asked one by one.
  const begun = performance.now();
  assert.equal(splitSyllables(`${'an'.repeat(29)}q`), null);
  assert.ok(performance.now() - begun < 1000);
});

async function find(context: Context, typed: string): Promise<string[]> {
  const search = searchQuery(typed, await segmenterFor(context.db));
  if (search === null) return [];
  const { rows, total } = await listProducts(context.db, { search, sort: 'rank', month: 9, page: 1, size: 20 });
  assert.equal(total, rows.length);
  return rows.map((row) => row.name_zh);
}
