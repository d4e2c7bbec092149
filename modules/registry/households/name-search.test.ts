import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameFits } from './name-search.ts';

test('a name answers to a part of it, its pinyin and its initials', () => {
  const table: [string, string, boolean][] = [
    ['张建明', '张', true],
    ['张建明', '建明', true],
    ['张建明', 'zjm', true],
    ['张建明', 'ZJ', true],
    ['张建明', 'zhang jian', true],
    ['张建明', 'jm', false],
    ['张建明', '李', false],
    ['吕秀英', 'lxy', true],
    ['吕秀英', 'lvxiu', true],
    ['单雄', 'shan', true],
    ['仇英', 'qy', true],
    ['Anna Li', 'anna', true],
  ];
  for (const [name, typed, fits] of table) {
    assert.equal(
      nameFits(typed, name, () => name),
      fits,
      `${typed} in ${name}`,
    );
  }
});

test('a name is opened once', () => {
  let times = 0;
  const open = () => {
    times++;
    return '何平';
  };
  assert.equal(nameFits('h', 'member', open) && nameFits('hp', 'member', open), true);
  assert.equal(times, 1);
});
