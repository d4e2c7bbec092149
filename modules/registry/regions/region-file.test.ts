import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRegionCode } from './region-code.ts';
import { encodeRegions, readRegionFile, regionFile } from './region-file.ts';
import { joinNames, shortName, villageName } from './region-name.ts';

test('counts are those of the source', () => {
  assert.deepEqual(regionFile().counts, {
    provinces: 31,
    cities: 342,
    counties: 2978,
    townships: 41352,
    villages: 620573,
  });
  assert.equal(regionFile().upToTownships().length, 44699);
});

test('every county can be read, and every code in it is right', () => {
  const file = regionFile();
  let townships = 0;
  let villages = 0;
  for (const { code } of file.counties()) {
    const county = Number(code.slice(0, 6));
    const below = file.townshipsOf(county);
    townships += below.length;
    for (const village of file.villagesOf(county)) {
      villages++;
      if (village.code === code) continue; // Jinmen
      const parsed = parseRegionCode(village.code);
      if (!parsed.ok || parsed.region.level !== 5 || parsed.region.parent !== village.parent || village.name === '')
        assert.fail(JSON.stringify(village));
    }
  }
  assert.equal(townships, 41352);
  assert.equal(villages, 620573);
});

test('levels and parents of the rows for the table fit their codes', () => {
  const seen = new Set<string>();
  for (const region of regionFile().upToTownships()) {
    assert.ok(!seen.has(region.code), region.code);
    assert.ok(region.parent === null || seen.has(region.parent), region.code);
    seen.add(region.code);
    const parsed = parseRegionCode(region.code);
    assert.ok(parsed.ok && parsed.region.level === region.level && parsed.region.parent === region.parent, region.code);
    assert.match(region.pinyin, /^[a-z]+$/, region.name);
  }
});

test('known counties', () => {
  const file = regionFile();
  const table: [number, string, number, number][] = [
    [420922, '湖北省孝感市大悟县', 19, 282],
    [500242, '重庆市酉阳土家族苗族自治县', 39, 278],
    [621221, '甘肃省陇南市成县', 17, 258],
    [141031, '山西省临汾市隰县', 7, 73],
    [450181, '广西壮族自治区南宁市横州市', 18, 311],
    [441900, '广东省东莞市', 36, 609],
  ];
  for (const [county, fullName, townships, villages] of table) {
    const found = file.counties().find((region) => region.code === `${county}000000`);
    assert.equal(found?.fullName, fullName);
    assert.equal(file.townshipsOf(county).length, townships, fullName);
    assert.equal(file.villagesOf(county).length, villages, fullName);
  }
  assert.deepEqual(
    file.villagesOf(621221).find((village) => village.code === '621221107206'),
    {
      code: '621221107206',
      level: 5,
      name: '新村村民委员会',
      parent: '621221107000',
      fullName: '甘肃省陇南市成县店村镇新村',
    },
  );
  assert.deepEqual(file.townshipsOf(999999), []);
  assert.deepEqual(file.villagesOf(999999), []);
  assert.deepEqual(file.villagesOf(110199), []);
  const dawu = file.counties().find((region) => region.code === '420922000000');
  assert.deepEqual([dawu?.longitude, dawu?.latitude, dawu?.pinyin], [114.12, 31.57, 'dawuxian']);
});

test('the form survives writing and reading, jumps in numbers included', () => {
  const village = (code: string, name: string) => ({ code, name });
  const file = readRegionFile(
    encodeRegions(
      [
        {
          province: { code: '62', name: '甘肃省', pinyin: 'gansusheng' },
          cities: [
            {
              code: '6212',
              name: '陇南市',
              pinyin: 'longnanshi',
              counties: [
                {
                  code: '621221',
                  name: '成县',
                  pinyin: 'chengxian',
                  longitude: 105.72,
                  latitude: 33.73,
                  townships: [
                    {
                      code: '621221107',
                      name: '店村镇',
                      pinyin: 'diancunzhen',
                      villages: [
                        village('621221107001', '甲社区'),
                        village('621221107002', '乙社区'),
                        village('621221107599', '丙村'),
                      ],
                    },
                  ],
                },
                { code: '621222', name: '文县', pinyin: 'wenxian', longitude: null, latitude: null, townships: [] },
              ],
            },
          ],
        },
      ],
      1,
    ),
  );
  assert.deepEqual(
    file.villagesOf(621221).map((v) => v.code),
    ['621221107001', '621221107002', '621221107599'],
  );
  assert.deepEqual(file.villagesOf(621222), []);
  assert.throws(() => readRegionFile(Buffer.from('something else')), /not a region file/);
});

test('names as people say them', () => {
  const short: [string, string][] = [
    ['酉阳土家族苗族自治县', '酉阳'],
    ['横州市', '横州'],
    ['成县', '成县'],
    ['隰县', '隰县'],
    ['武都区', '武都'],
    ['积石山保安族东乡族撒拉族自治县', '积石山'],
    ['和布克赛尔蒙古自治县', '和布克赛尔'],
    ['东乡族自治县', '东乡'],
    ['鄂温克族自治旗', '鄂温克'],
    ['广西壮族自治区', '广西'],
    ['土默特左旗', '土默特左'],
    ['神农架林区', '神农架'],
  ];
  for (const [official, shown] of short) assert.equal(shortName(official), shown);
  const villages: [string, string][] = [
    ['杉树湾村村民委员会', '杉树湾村'],
    ['新村村民委员会', '新村'],
    ['龙池村委会', '龙池村'],
    ['石村村委会', '石村'],
    ['水泉湾村村民', '水泉湾村'],
    ['多福巷社区居委会', '多福巷社区'],
    ['黄渚社区居民委员会', '黄渚社区'],
    ['东街居委会', '东街'],
    ['石塘林场生活区', '石塘林场生活区'],
    ['南宁六景工业园区管虚拟社区', '南宁六景工业园区管'],
  ];
  for (const [official, shown] of villages) assert.equal(villageName(official), shown);
  assert.equal(joinNames(['北京市', '市辖区', '东城区']), '北京市东城区');
  assert.equal(joinNames(['广东省', '东莞市', '东莞市', '长安镇']), '广东省东莞市长安镇');
  assert.equal(joinNames(['湖北省', '省直辖县级行政区划', '神农架林区']), '湖北省神农架林区');
});
