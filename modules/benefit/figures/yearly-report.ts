import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { Lang } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { type Fen, yuan } from '#platform/money.ts';
import { FEWEST_HOUSEHOLDS, requireCounty } from '#registry';
import { incomes } from '../entries/entry-kinds.ts';
import { type Bar, escapeHtml, lyingBars, standingBars } from './chart-svg.ts';
import type { Figures } from './figures.contract.ts';
import { countyFigures } from './figures.ts';
import { meanMonths } from './figures-sheet.ts';
import { reportWords } from './report-words.ts';
import { tellable } from './tellable.ts';

type Year = Static<typeof Figures>;
/** A chart of more bars cannot be read on paper; the tables hold all. */
const MOST_BARS = 12;

/**
 * A county's year on paper: a page of HTML that needs no script, its charts drawn here. It is made to be given away, so
 * nothing that rests on fewer than three households is in it.
 *
 * @throws Refusal `county-not-open`
 */
export async function yearlyReport(
  at: Context,
  by: Actor,
  input: { county: County; year?: number },
  lang: Lang,
): Promise<string> {
  const say = reportWords[lang];
  const open = await requireCounty(at.db, input.county);
  const [villages, categories, mechanisms, crops, orgs] = await Promise.all(
    (['village', 'category', 'mechanism', 'crop', 'org'] as const).map((way) =>
      countyFigures(at, by, { ...input, by: way }, lang),
    ),
  );
  const year = villages as Year;
  const title = say.title(open.name, year.year);
  const part = (head: string, ask: string, inside: string) =>
    `<section><h2>${escapeHtml(head)}</h2><p class="ask">${escapeHtml(ask)}</p>${inside}</section>`;
  const body = [
    `<header><p class="mark">山货 Shanhuo</p><h1>${escapeHtml(title)}</h1><p>${escapeHtml(
      `${say.through(year.through)} · ${dayOf(at.clock.now())}`,
    )}</p></header>`,
    headline(year, say),
    part(say.months, say.monthsAsk, monthChart(year, say)),
    part(say.by.mechanism, say.mechanismsAsk, wayOf(mechanisms as Year, say)),
    part(say.by.village, say.villagesAsk, wayOf(year, say)),
    part(say.by.crop, say.cropsAsk, wayOf(crops as Year, say)),
    part(say.steady, say.steadyAsk, steadyChart(year, say)),
    part(say.by.category, say.perPersonHow, table(categories as Year, say)),
    part(say.by.org, '', table(orgs as Year, say)),
    `<footer><p>${[say.apart, say.perPersonHow, say.withheld, say.check(year.logSize)].map(escapeHtml).join('<br>')}</p></footer>`,
  ];
  return `<!doctype html><html lang="${lang === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${css}</style></head><body><main>${body.join('')}</main></body></html>`;
}

type Words = (typeof reportWords)[Lang];

const short = (fen: Fen) =>
  yuan(fen)
    .replace(/\.\d\d$/, '')
    .replace(/\B(?=(\d{3})+$)/g, ',');

function headline(year: Year, say: Words): string {
  const tellsWhole = tellable([{ households: year.households }]).size > 0;
  const money = (fen: Fen | null) => (tellsWhole && fen !== null ? short(fen) : '—');
  const figures: [string, string][] = [
    ...incomes.map((income): [string, string] => {
      const one = year.incomes.find((row) => row.income === income);
      const told = one?.households === 0 || (one?.households ?? 0) >= FEWEST_HOUSEHOLDS;
      return [say[income === 'market' ? 'fen' : income], told ? short(one?.fen ?? 0) : '—'];
    }),
    [say.perPerson, money(year.perPersonFen)],
    [say.households, `${year.households} / ${year.allHouseholds}`],
    [say.meanMonths, String(meanMonths(year.steady, year.households) ?? '—')],
    [say.topTenth, percent(tellsWhole ? year.topTenth.shareBp : null)],
    [
      say.incomeShare,
      percent(year.incomeShare && year.incomeShare.households >= FEWEST_HOUSEHOLDS ? year.incomeShare.shareBp : null),
    ],
  ];
  const known = year.incomeShare
    ? say.incomeKnown(year.incomeShare.households, year.incomeShare.sources.join('、'))
    : say.incomeUnknown;
  return `<dl>${figures
    .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join('')}</dl><p class="ask">${escapeHtml(known)}</p>`;
}

const percent = (bp: number | null) => (bp === null ? '—' : `${(bp / 100).toFixed(1)} %`);

function monthChart(year: Year, say: Words): string {
  const told = tellable(year.months);
  const bars = year.months.map(
    (month, i): Bar => ({
      name: String(i + 1),
      ...(told.has(month) ? { value: month.fen, before: month.beforeFen, label: '' } : { value: 0, label: '—' }),
    }),
  );
  return `${standingBars(bars, say.months)}<p class="key"><i class="now"></i>${escapeHtml(say.thisYear)} <i class="was"></i>${escapeHtml(say.lastYear)}</p>`;
}

/** What can be told of a way of cutting: its longest bars, then all rows. */
function wayOf(figures: Year, say: Words): string {
  const told = tellable(figures.rows);
  const rows = figures.rows.filter((row) => told.has(row) && row.fen > 0);
  const bars = rows.slice(0, MOST_BARS).map(
    (row): Bar => ({
      ...{ name: row.name.slice(0, 14), value: row.fen, before: row.beforeFen },
      label: `${short(row.fen)} · ${row.households} ${say.household}`,
    }),
  );
  return (bars.length > 0 ? lyingBars(bars, say.by[figures.by]) : '') + table(figures, say);
}

const steadyChart = (year: Year, say: Words) => {
  const enough = (n: number) => n === 0 || n >= FEWEST_HOUSEHOLDS;
  return standingBars(
    year.steady.map((n, i) => ({
      name: say.steadyOf(i + 1),
      value: enough(n) ? n : 0,
      label: n === 0 ? '' : enough(n) ? String(n) : '—',
    })),
    say.steady,
  );
};

function table(figures: Year, say: Words): string {
  const told = tellable(figures.rows);
  const peopled = figures.rows.some((row) => row.allHouseholds !== null);
  const heads = peopled ? say.columns : say.columns.slice(0, 4);
  const rows = figures.rows.map((row) => {
    const tell = told.has(row);
    const cells = [
      ...[tell ? short(row.fen) : '—', tell ? short(row.beforeFen) : '—', tell ? String(row.households) : '—'],
      ...(peopled ? [String(row.allHouseholds ?? ''), String(row.allPersons ?? '')] : []),
      ...(peopled ? [tell && row.perPersonFen !== null ? yuan(row.perPersonFen) : '—'] : []),
    ];
    return `<tr><th>${escapeHtml(row.name)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
  });
  return `<table><thead><tr>${heads.map((head) => `<th>${escapeHtml(head)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const css = `
@page { size: A4; margin: 16mm 15mm }
* { box-sizing: border-box }
body { margin: 0; background: #fbf8f2; color: #1f2d27; font: 13px/1.55 "PingFang SC","HarmonyOS Sans SC","Source Han Sans SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif }
main { max-width: 760px; margin: 0 auto; padding: 28px 20px 48px }
h1, h2, dd { font-family: "Songti SC","Source Han Serif SC","Noto Serif CJK SC",STSong,serif; font-weight: 600 }
header { border-bottom: 3px double #1f5a43; padding-bottom: 14px; margin-bottom: 20px }
.mark { color: #1f5a43; letter-spacing: .08em; margin: 0 }
h1 { font-size: 28px; line-height: 1.25; margin: 6px 0 }
h2 { font-size: 18px; color: #123a2c; margin: 0 }
.ask, .key, footer, header p { color: #626b65; margin: 2px 0 10px }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 0 0 8px }
dl div { background: #fff; border: 1px solid #e6ddcb; border-radius: 10px; padding: 10px 12px }
dt { color: #626b65; font-size: 12px }
dd { margin: 2px 0 0; font-size: 20px; color: #1f5a43; font-variant-numeric: tabular-nums }
section { margin-top: 26px; break-inside: auto }
svg { display: block; width: 100%; height: auto; break-inside: avoid; margin-bottom: 8px }
.key i { display: inline-block; width: 11px; height: 11px; margin: 0 4px 0 10px; vertical-align: -1px }
.now { background: #1f5a43 } .was { background: #c3d4bf }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: 4px 6px; border-bottom: 1px solid #e6ddcb; font-weight: 400 }
th:first-child { text-align: left }
thead th { color: #626b65; font-size: 12px }
tr { break-inside: avoid }
thead { display: table-header-group }
footer { border-top: 1px solid #e6ddcb; margin-top: 30px; padding-top: 10px; font-size: 12px }
@media print { body { background: #fff } main { padding: 0; max-width: none } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
@media (max-width: 560px) { table { font-size: 12px } th, td { padding: 4px 3px } h1 { font-size: 23px } }
`;
