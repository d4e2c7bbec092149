import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  a4,
  a4Grid,
  type LabelContent,
  type LabelSize,
  labelSizes,
  layoutLabel,
  textWidth,
  wrap,
} from './label-layout.ts';

const certificate: LabelContent = {
  title: '承诺达标合格证',
  statement:
    '我承诺对生产销售的食用农产品：不使用禁用农药兽药、停用兽药和非法添加物；常规农药兽药残留不超标；对承诺的真实性负责。',
  lines: [
    '承诺依据：自我检测、内部质量控制',
    '产品名称：成县薄皮核桃',
    '数量（重量）：1,864 公斤',
    '产地：甘肃省陇南市成县店村镇新村村',
    '生产者：成县店村薄皮核桃种植农民专业合作社',
    '联系方式：13800000000',
    '开具日期：2026-09-19',
    '证号：CX-26-0919-118',
  ],
  caption: '扫码查看',
};
const pack: LabelContent = {
  title: '成县薄皮核桃 2.5 公斤装',
  lines: ['净含量：2.5 公斤 · 特级', '批次：L260917-3', '产地：店村镇新村村', '装箱：2026-09-20', '保质到：2027-03-19'],
  caption: '4K7Q-82',
};

for (const size of Object.keys(labelSizes) as LabelSize[]) {
  for (const [name, content] of Object.entries({ certificate, pack })) {
    // The promise in its full wording is too long for the smallest label, which is for packs.
    if (name === 'certificate' && size === '40x30') continue;
    test(`${name} on ${size}: every word on the paper, none under the code`, () => {
      const layout = layoutLabel(size, content);
      assert.equal(layout.cut, false);
      assert.ok(layout.qr.size >= 13, 'the code is large enough to scan');
      assert.ok(layout.qr.x + layout.qr.size <= layout.width && layout.qr.y + layout.qr.size <= layout.height);
      for (const text of layout.texts) {
        const right = text.x + textWidth(text.text, text.size);
        const below = text.y + text.size;
        assert.ok(text.x >= 0 && right <= layout.width + 0.01, `「${text.text}」 runs off the side`);
        assert.ok(text.y >= 0 && below <= layout.height, `「${text.text}」 runs off the foot`);
        const under =
          right > layout.qr.x &&
          text.x < layout.qr.x + layout.qr.size &&
          below > layout.qr.y + 0.01 &&
          text.y < layout.qr.y + layout.qr.size - 0.01;
        assert.equal(under, false, `「${text.text}」 lies under the code`);
      }
      const lines = [...layout.texts].sort((a, b) => a.y - b.y || a.x - b.x);
      assert.equal(
        lines
          .map((l) => l.text)
          .join('')
          .replace(/\s/g, '').length,
        [content.title, content.statement ?? '', ...content.lines, content.caption ?? ''].join('').replace(/\s/g, '')
          .length,
        'no word is lost',
      );
    });
  }
}

test('labels stand on an A4 sheet inside its white rim', () => {
  for (const size of Object.keys(labelSizes) as LabelSize[]) {
    const { columns, rows, left, top } = a4Grid(size);
    assert.ok(columns * rows >= 10, `${columns} × ${rows} of ${size}`);
    assert.ok(left >= a4.rim && top >= a4.rim);
  }
});

test('words that cannot fit are said to be cut, not lost silently', () => {
  assert.equal(layoutLabel('60x40', { title: '长', lines: Array.from({ length: 40 }, () => '一行字') }).cut, true);
});

test('wrap keeps numbers whole and never makes a line wider than asked', () => {
  for (const line of wrap('产地：甘肃省陇南市成县店村镇新村村 2026-09-19', 20, 2)) assert.ok(textWidth(line, 2) <= 20);
  assert.ok(wrap('证号：CX-26-0919-118', 24, 2).some((l) => l.includes('CX-26-0919-118')));
});
