import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { categories } from '#catalog';
import { regionFile } from '../modules/registry/regions/region-file.ts';
import { buyers, crops, platformOrganisation, platformPeople } from './common.ts';
import { type DemoCounty, priceOfDay, rawGrams } from './content.ts';
import { counties } from './counties.ts';
import { inventedCode, inventedIdNumber } from './invented.ts';

const unique = (list: readonly string[], what: string) => assert.equal(new Set(list).size, list.length, what);
const covers = (outer: string, inner: string) => inner.startsWith(outer);

test('check digits are those of published examples', () => {
  // GB 32100-2015, annex: 91350100M000100Y43; GB 11643-1999: 11010519491231002X
  assert.match(inventedCode('93', 621221, 1), /^93621221MADEUP01[0-9X][0-9A-HJ-NP-RTUWXY]$/);
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const check = (code: string) =>
    alphabet[
      (31 - ([...code.slice(0, 17)].reduce((sum, c, i) => sum + alphabet.indexOf(c) * (3 ** i % 31), 0) % 31)) % 31
    ];
  assert.equal(check('91350100M000100Y43'), '3');
  assert.equal(check(inventedCode('91', 500242, 7)), inventedCode('91', 500242, 7)[17]);
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const idCheck = (id: string) => '10X98765432'[weights.reduce((sum, w, i) => sum + w * Number(id[i]), 0) % 11];
  assert.equal(idCheck('11010519491231002X'), 'X');
  const id = inventedIdNumber(621221, 33, 1);
  assert.equal(id.slice(0, 17), '62122119000202001');
  assert.equal(idCheck(id), id[17]);
});

test('codes, numbers and names are each used once', () => {
  const organisations = [platformOrganisation, ...counties.flatMap((c) => c.organisations)];
  unique(
    organisations.map((o) => o.code),
    'organisation codes',
  );
  unique(
    [...platformPeople, ...counties.flatMap((c) => c.people)].map((p) => p.username),
    'user names',
  );
  const members = counties.flatMap((c) => c.households.flatMap((h) => h.members));
  unique(
    members.map((m) => m.idNumber),
    'ID numbers',
  );
  const phones = [
    ...members.flatMap((m) => m.phone ?? []),
    ...organisations.map((o) => o.phone),
    ...buyers.map((b) => b.phone),
  ];
  unique(phones, 'phones');
  for (const phone of phones) assert.match(phone, /^100\d{8}$/);
  unique(
    crops.map((c) => c.code),
    'crops',
  );
  unique(
    categories.map((c) => c.code),
    'categories',
  );
});

const table: [string, (county: DemoCounty) => void][] = [
  [
    'villages and regions are the county’s real ones',
    (c) => {
      const villages = new Set(
        regionFile()
          .villagesOf(c.county)
          .map((v) => v.code),
      );
      const townships = regionFile()
        .townshipsOf(c.county)
        .map((t) => t.code.slice(0, 9));
      const prefixes = new Set([String(c.county), ...townships, ...villages]);
      for (const code of [
        ...c.products.map((p) => p.origin),
        ...c.households.map((h) => h.village),
        ...c.pairings.map((p) => p.village),
      ])
        assert.ok(villages.has(code), code);
      for (const { region } of [...c.organisations, ...c.people]) assert.ok(prefixes.has(region), region);
    },
  ],
  [
    'every name points at something',
    (c) => {
      const orgs = new Map(c.organisations.map((o) => [o.key, o]));
      for (const person of c.people) {
        const org = orgs.get(person.org);
        assert.ok(org && covers(org.region, person.region), person.username);
      }
      for (const org of c.organisations) assert.equal(org.kind === 'station', orgs.has(org.buysFor ?? ''), org.key);
      for (const product of c.products) {
        assert.equal(orgs.get(product.station)?.buysFor, product.org, product.key);
        assert.ok(
          categories.some((category) => category.code === product.category),
          product.key,
        );
        assert.ok(
          crops.some((crop) => crop.code === product.crop),
          product.key,
        );
        assert.ok(
          product.tagline.zh.length <= 80 && product.story.zh.length <= 4000 && product.tagline.en.length <= 120,
        );
        assert.doesNotMatch(product.name.zh + product.tagline.zh + product.story.zh, /[！!]/, product.key);
      }
      const heads = c.households.map((h) => h.members[0]?.name);
      for (const pairing of c.pairings)
        assert.ok(!pairing.household || heads.includes(pairing.household), pairing.helperName);
      unique(
        c.products.map((p) => p.key),
        'products',
      );
    },
  ],
  [
    'the households in a station’s reach can yield what its products need',
    (c) => {
      for (const station of c.organisations.filter((o) => o.kind === 'station')) {
        const products = c.products.filter((p) => p.station === station.key);
        for (const code of new Set(products.map((p) => p.crop))) {
          const crop = crops.find((entry) => entry.code === code);
          const need = products
            .filter((p) => p.crop === code)
            .flatMap((p) => p.skus.map((sku) => rawGrams(sku, sku.packs)))
            .reduce((sum, grams) => sum + grams, 0);
          const limit = c.households
            .filter((h) => covers(station.region, h.village))
            .flatMap((h) => h.yields.filter((y) => y.crop === code))
            .reduce(
              (sum, y) => sum + ((crop?.gramsPerMu ?? 0) * y.areaCentimu) / 100 + (crop?.gramsPerTree ?? 0) * y.trees,
              0,
            );
          assert.ok(need <= limit * 0.7, `${station.name} ${code}: needs ${need / 1000} kg of ${limit / 1000} kg`);
        }
      }
    },
  ],
  [
    'prices pay everyone in the chain',
    (c) => {
      for (const product of c.products) {
        for (const sku of product.skus) {
          const price = c.prices.find((p) => p.crop === product.crop && p.grade === sku.rawGrade);
          assert.ok(price, `${product.key} ${sku.rawGrade}`);
          assert.ok(price.floorFenPerKg === null || price.floorFenPerKg < price.fenPerKg);
          const raw = (rawGrams(sku, 1) * price.fenPerKg) / 1000;
          const farm = raw + product.householdFenPerPack;
          const others = (sku.priceFen * (c.split.stationBp + c.split.platformBp + c.split.fundBp)) / 10_000;
          const name = `${product.name.zh} ${sku.name.zh}: ${((farm / sku.priceFen) * 100).toFixed(0)} %`;
          assert.ok(farm / sku.priceFen > 0.1 && farm / sku.priceFen < 0.88, name);
          assert.ok(sku.priceFen - farm - others > sku.priceFen * 0.04, `${name} leaves the seller nothing`);
          assert.ok(sku.grossGrams > sku.netGrams);
        }
      }
    },
  ],
];
for (const [name, check] of table)
  for (const county of counties) test(`${county.name.zh}: ${name}`, () => check(county));

test('every picture that is named is there', () => {
  const there = (path: string) => existsSync(new URL(path, import.meta.url));
  for (const product of counties.flatMap((c) => c.products))
    for (const picture of product.pictures) assert.ok(there(`pictures/${picture.name}.webp`), picture.name);
  for (const category of categories)
    assert.ok(there(`../apps/shared/pictures/${category.picture}.webp`), category.picture);
});

test('the day’s price stays between floor and swing and is the same on every run', () => {
  for (const price of counties.flatMap((c) => c.prices)) {
    for (let day = 1; day <= 31; day++) {
      const text = `2026-10-${String(day).padStart(2, '0')}`;
      const fen = priceOfDay(price, text);
      assert.equal(fen, priceOfDay(price, text));
      assert.ok(Math.abs(fen - price.fenPerKg) <= (price.fenPerKg * price.swingBp) / 10_000 + 5, price.crop);
      assert.ok(fen >= (price.floorFenPerKg ?? 1));
    }
  }
});
