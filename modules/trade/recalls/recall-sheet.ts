import type { Cell } from 'write-excel-file/node';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Lang } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { headRow, kgCell, momentText, workbook } from '#platform/sheet.ts';
import { recallMoves } from '#trace/contract';
import { recallFindWords, recallLineMoves } from './recall-line-states.ts';
import { recallOrders, reportWithLots } from './recall-report.ts';

/** Whoever has more orders in one recall reads them page by page. */
const MOST_ORDERS = 100_000;

const words = {
  zh: {
    sheets: ['召回报告', '批次', '订单'],
    facts: ['召回号', '批次', '原因', '给买家的话', '状态', '发布人', '发布时间', '结案报告'],
    grams: {
      packed: '装成（公斤）',
      onHand: '未上架（公斤）',
      onShelf: '在库（公斤）',
      withBuyers: '在买家处（公斤）',
      comeBack: '退回（公斤）',
      destroyed: '报损、销毁（公斤）',
    },
    missing: '对不上（公斤）',
    told: ['涉及订单', '涉及买家', '已看到告知的买家'],
    lots: [
      '批次',
      '货物',
      '进（公斤）',
      '批次里（公斤）',
      '在库（件）',
      '已发（件）',
      '退回（件）',
      '销毁（件）',
      '报损（公斤）',
    ],
    orders: ['订单', '省份', '商品', '批次', '件数', '召回时', '现在', '告知时间', '买家看到'],
  },
  en: {
    sheets: ['Report', 'Lots', 'Orders'],
    facts: ['Recall', 'Lot', 'Reason', 'Words to buyers', 'State', 'Declared by', 'Declared at', 'Closing report'],
    grams: {
      packed: 'Packed (kg)',
      onHand: 'Not in stock yet (kg)',
      onShelf: 'On the shelf (kg)',
      withBuyers: 'With buyers (kg)',
      comeBack: 'Come back (kg)',
      destroyed: 'Lost or destroyed (kg)',
    },
    missing: 'Not found (kg)',
    told: ['Orders hit', 'Buyers hit', 'Buyers who have read it'],
    lots: ['Lot', 'Goods', 'In (kg)', 'In the lot (kg)', 'Shelf', 'Sent', 'Come back', 'Destroyed', 'Lost (kg)'],
    orders: ['Order', 'Province', 'Goods', 'Lot', 'Packs', 'Found', 'Now', 'Told at', 'Read at'],
  },
};

/** The report of a recall as a workbook: what it was and where all of it is, its lots, its orders. */
export async function recallSheet(
  at: Context,
  by: Actor,
  county: County,
  id: string,
  lang: Lang,
): Promise<{ name: string; bytes: Buffer }> {
  const say = words[lang];
  const { report, lots } = await reportWithLots(at, by, county, id);
  const { recall, grams, missingGrams, told } = report;
  const orders = await recallOrders(at, by, county, id, { size: MOST_ORDERS });
  const values = [
    ...[recall.number, recall.lotNumber, recall.reason, recall.advice],
    ...[recallMoves.states[recall.state][lang], recall.byName, momentText(new Date(recall.at)), recall.report ?? ''],
  ];
  const sheets = [
    {
      sheet: say.sheets[0] as string,
      columns: [{ width: 26 }, { width: 60 }],
      data: [
        ...say.facts.map((name, i): Cell[] => [{ value: name, fontWeight: 'bold' }, values[i] ?? '']),
        [],
        ...(Object.keys(say.grams) as (keyof typeof grams)[]).map((key): Cell[] => [
          say.grams[key],
          kgCell(grams[key]),
        ]),
        [say.missing, kgCell(missingGrams)],
        [],
        ...[told.orders, told.buyers, told.seen].map((n, i): Cell[] => [say.told[i] as string, n]),
      ],
    },
    {
      sheet: say.sheets[1] as string,
      columns: [18, 30, 12, 14, 10, 10, 10, 10, 12].map((width) => ({ width })),
      stickyRowsCount: 1,
      data: [
        headRow(say.lots),
        ...lots.map((one): Cell[] => [
          ...[one.number, one.name, kgCell(one.gramsIn), kgCell(one.gramsOnHand), one.shelfPacks, one.gonePacks],
          ...[one.comeBackPacks, one.destroyedPacks, kgCell(one.lostGrams)],
        ]),
      ],
    },
    {
      sheet: say.sheets[2] as string,
      columns: [16, 12, 34, 18, 8, 12, 14, 20, 20].map((width) => ({ width })),
      stickyRowsCount: 1,
      data: [
        headRow(say.orders),
        ...orders.rows.map((one): Cell[] => [
          ...[one.number, one.province, `${one.name} ${one.skuName}`, one.lotNumber, one.packs],
          ...[recallFindWords[one.found][lang], recallLineMoves.states[one.state][lang]],
          ...[momentText(one.toldAt), momentText(one.seenAt)],
        ]),
      ],
    },
  ];
  return { name: `${recall.number}.xlsx`, bytes: await workbook(sheets) };
}
