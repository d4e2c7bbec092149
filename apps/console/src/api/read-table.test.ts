import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import writeExcelFile from 'write-excel-file/node';
import { readTable, UnreadableTable } from './read-table.ts';

const cells = (text: string) => parse(text, { relax_column_count: true });

test('what is no table that can be read is refused before it is sent', async () => {
  const old = new Blob([Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)]);
  await assert.rejects(readTable(old), UnreadableTable, 'Excel before 2007');
  await assert.rejects(readTable(new Blob(['PK\x03\x04 and then nothing'])), UnreadableTable, 'cut off');
  assert.equal(await readTable(new Blob([])), '', 'nothing is an empty text, which the server refuses by name');
});

test('text is read as UTF-8 or, where it is none, as GBK', async () => {
  assert.equal(await readTable(new Blob(['流水号,结果\n'])), '流水号,结果\n');
  assert.equal(await readTable(new Blob([Uint8Array.of(0xb3, 0xc9, 0xb9, 0xa6)])), '成功');
});

test('the first sheet of a workbook reads like its CSV: numbers as they were meant, days, quotes, empty cells', async () => {
  const bytes = await writeExcelFile([
    {
      sheet: '结果',
      data: [
        ['流水号', '收款账号', '金额', '结果', '原因', '日期'],
        [
          'a"1',
          '6217000000000000123',
          { value: 1469.3199999999999, type: Number },
          '成功',
          null,
          { value: new Date('2026-11-27T00:00:00Z'), type: Date, format: 'yyyy-mm-dd' },
        ],
        ['b,2', '6217000000000000124', { value: 0.1 + 0.2, type: Number }, '失败', '户名\n不符', null],
      ],
    },
    { sheet: '别的', data: [['不读']] },
  ]).toBuffer();
  assert.deepEqual(cells(await readTable(new Blob([new Uint8Array(bytes)]))), [
    ['流水号', '收款账号', '金额', '结果', '原因', '日期'],
    ['a"1', '6217000000000000123', '1469.32', '成功', '', '2026-11-27 00:00:00'],
    ['b,2', '6217000000000000124', '0.3', '失败', '户名 不符', ''],
  ]);
});
