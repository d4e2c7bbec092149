import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { plainArray } from '#platform/database/arrays.ts';
import { nextNumber, type OnceKey, once, scoped, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { type Fen, yuan } from '#platform/money.ts';
import { headRow, workbook, yuanCell } from '#platform/sheet.ts';
import { noteReadings, personNames } from '#registry';
import { refuse } from '../refuse.ts';
import { lockBatch } from './payout-rows.ts';
import type { bankFileFormats } from './payouts.contract.ts';

type BankFileFormat = (typeof bankFileFormats)[number];

/** A payment as its line of a file says it. */
export interface FilePayment {
  /** its number at the bank, for ever: the payment's id */
  id: string;
  account: string;
  holder: string;
  bank: string;
  fen: Fen;
}

export const fileHeads = ['序号', '收款账号', '户名', '开户行', '金额', '用途', '流水号'] as const;
const cell = (text: string | number) => `"${String(text).replaceAll('"', '""')}"`;
const row = (cells: readonly (string | number)[]) => cells.map(cell).join(',');

/** What a file says of one payment, in the order of `fileHeads`; results come back with the same words. */
export const cellsOf = (one: FilePayment, position: number) =>
  [String(position), one.account, one.holder, one.bank, yuan(one.fen), '山货货款', one.id] as const;

/** SHA-256 of the payments of a file, as lower-case hex: of their lines joined by a line feed, without title and sums. */
export const hashOf = (lines: readonly (readonly string[])[]): string =>
  createHash('sha256').update(lines.map(row).join('\n')).digest('hex');

/** A file as the bank gets it: title, heads, a line per payment, and the sums to compare with; UTF-8 with a mark, CRLF. */
export function fileText(number: string, payments: readonly FilePayment[]): string {
  const lines = payments.map((one, i) => cellsOf(one, i + 1));
  const fen = payments.reduce((sum, one) => sum + one.fen, 0);
  const all = [
    row(['代发文件', 'v1', number, `${payments.length} 笔`, yuan(fen), hashOf(lines)]),
    row(fileHeads),
    ...lines.map(row),
    row(['合计', `${payments.length} 笔`, '', '', yuan(fen), '', hashOf(lines)]),
  ];
  return `\ufeff${all.join('\r\n')}\r\n`;
}

/**
 * Writes the payments of a batch that go by the county's bank into a file, each once: a payment that stands in a file is
 * never written into another one, however often it is asked. Whose accounts were opened for it is written down.
 *
 * @returns the file's id
 * @throws Refusal `batch-not-found` | `bank-file-empty`
 */
export async function makeBankFile(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
): Promise<string> {
  const { county, id: batch, reason } = input;
  return once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const found = await lockBatch(tx, county, batch);
    if (!found) throw refuse('batch-not-found');
    const lines = await tx
      .selectFrom('trade.payout_line as l')
      .leftJoin('trade.payout_file_line as f', (join) =>
        join.onRef('f.county', '=', 'l.county').onRef('f.line', '=', 'l.id'),
      )
      .select(['l.id', 'l.account_kind', 'l.owner'])
      .where('l.county', '=', county)
      .where('l.batch', '=', batch)
      .where('l.channel', '=', 'bank')
      .where('l.state', '=', 'under_way')
      .where('f.line', 'is', null)
      .orderBy('l.position')
      // What is just being written down as failed is owed again, and must not be paid by this file as well.
      .forUpdate('l')
      .execute();
    if (lines.length === 0) throw refuse('bank-file-empty');
    const now = at.clock.now();
    const payments = await paymentsOf(
      tx,
      at,
      county,
      lines.map((line) => line.id),
    );
    const id = newId();
    const n = await nextNumber(tx, county, `bank file ${found.number}`);
    await tx
      .insertInto('trade.payout_file')
      .values({
        ...{ county, id, batch, number: `${found.number}-${n}`, lines: payments.length },
        fen: payments.reduce((sum, one) => sum + one.fen, 0),
        sha256: hashOf(payments.map((one, i) => cellsOf(one, i + 1))),
        ...{ reason: reason.trim(), by_person: by.person, at: now },
      })
      .execute();
    await sql`
      insert into trade.payout_file_line (county, line, file, position)
      select ${county}::int, l.id, ${id}::uuid, l.position
        from unnest(${plainArray(lines.map((line) => line.id))}::uuid[]) with ordinality as l (id, position)`.execute(
      tx,
    );
    const households = lines.flatMap((line) => (line.account_kind === 'household' ? line.owner : []));
    const reading = { county, person: by.person, role: 'operator' as const, fields: ['account'], reason, at: now };
    await noteReadings(tx, households, reading);
    return id;
  });
}

/**
 * Takes a file away as it was made, and writes down who did and when. Accounts are never edited, so it is made anew
 * instead of being kept with all their numbers.
 *
 * @throws Refusal `bank-file-not-found`
 */
export async function takeBankFile(
  at: Context,
  by: Actor,
  input: { county: County; id: string; format: BankFileFormat },
): Promise<{ name: string; bytes: Buffer }> {
  const { county, id, format } = input;
  const { file, payments } = await scoped(at.db, String(county), async (tx) => {
    const file = await fileById(tx, county, id);
    const payments = await paymentsOf(tx, at, county, await linesOfFile(tx, county, id));
    if (hashOf(payments.map((one, i) => cellsOf(one, i + 1))) !== file.sha256) {
      throw new Error(`bank file ${file.number} is not what it was`);
    }
    await tx
      .insertInto('trade.payout_file_taking')
      .values({ county, id: newId(), file: id, format, by_person: by.person, at: at.clock.now() })
      .execute();
    return { file, payments };
  });
  return {
    name: `${dayOf(file.at)}-${file.number}.${format}`,
    bytes: format === 'csv' ? Buffer.from(fileText(file.number, payments)) : await fileSheet(file.number, payments),
  };
}

/** The same lines as a workbook. Numbers of accounts are text: a spreadsheet would round them after fifteen digits. */
async function fileSheet(number: string, payments: readonly FilePayment[]): Promise<Buffer> {
  const lines = payments.map((one, i) => cellsOf(one, i + 1));
  const fen = payments.reduce((sum, one) => sum + one.fen, 0);
  const text = (value: string) => ({ value, type: String, format: '@' });
  const sums = ['合计', `${payments.length} 笔`, '', ''].map(text);
  return workbook([
    {
      sheet: number,
      columns: [8, 24, 14, 26, 14, 14, 38].map((width) => ({ width })),
      stickyRowsCount: 1,
      data: [
        headRow(fileHeads),
        ...lines.map((cells, i) => cells.map((cell, n) => (n === 4 ? yuanCell(payments[i]?.fen ?? 0) : text(cell)))),
        [...sums, yuanCell(fen), text(''), text(hashOf(lines))],
      ],
    },
  ]);
}

/** @throws Refusal `bank-file-not-found` */
export async function fileById(tx: Tx, county: County, id: string) {
  const file = await tx
    .selectFrom('trade.payout_file')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!file) throw refuse('bank-file-not-found');
  return file;
}

/** The payments of a file, in its order. */
export async function linesOfFile(tx: Tx, county: County, file: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('trade.payout_file_line')
    .select('line')
    .where('county', '=', county)
    .where('file', '=', file)
    .orderBy('position')
    .execute();
  return rows.map((one) => one.line);
}

/** The files of a batch, the newest first, each with who has taken it away and when. */
export async function filesOfBatch(tx: Tx, county: County, batch: string) {
  const files = await tx
    .selectFrom('trade.payout_file')
    .select(['id', 'number', 'lines', 'fen', 'sha256', 'at', 'by_person as by'])
    .where('county', '=', county)
    .where('batch', '=', batch)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  if (files.length === 0) return [];
  const takings = await tx
    .selectFrom('trade.payout_file_taking')
    .select(['file', 'format', 'by_person as by', 'at'])
    .where('county', '=', county)
    .where(
      'file',
      'in',
      files.map((file) => file.id),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const names = await personNames(
    tx,
    [...files, ...takings].map((one) => one.by),
  );
  return files.map(({ by, ...file }) => ({
    ...file,
    byName: names.get(by) ?? '',
    takings: takings
      .filter((one) => one.file === file.id)
      .map(({ format, by: person, at }) => ({ format, byName: names.get(person) ?? '', at })),
  }));
}

/** Payments with the accounts they go to, in the order asked. @param tx with the county's scope */
export async function paymentsOf(tx: Tx, at: Context, county: County, ids: readonly string[]): Promise<FilePayment[]> {
  const rows = await tx
    .selectFrom('trade.payout_line as l')
    .innerJoin('trade.payee as p', (join) => join.onRef('p.county', '=', 'l.county').onRef('p.id', '=', 'l.payee'))
    .select(['l.id', 'l.fen', 'p.account_sealed', 'p.holder_sealed', 'p.bank_name'])
    .where('l.county', '=', county)
    .where('l.id', '=', sql<string>`any(${plainArray(ids)}::uuid[])`)
    .execute();
  const known = new Map(rows.map((one) => [one.id, one]));
  return ids.flatMap((id) => {
    const one = known.get(id);
    if (!one) return [];
    const [account, holder] = [at.sealer.open(one.account_sealed), at.sealer.open(one.holder_sealed)];
    return [{ id, account, holder, bank: one.bank_name ?? '', fen: one.fen }];
  });
}
