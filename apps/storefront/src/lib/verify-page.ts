import type { ReadFile } from '#platform/tlog/check-log.ts';
import { yuan } from './format.ts';
import { keyOf, type Memory, NotVerified, tokenIn, verifyOpening, verifyTotals } from './verify.ts';

/** The few words the script says; the page hands them over in its own language. */
interface Words {
  working: string;
  line: string;
  place: string;
  total: string;
  agrees: string;
  differs: string;
  none: string;
  order: string;
  orderLess: string;
  counties: Record<string, string>;
  evidence: Record<string, string>;
  mechanisms: Record<string, string>;
  wrong: Record<NotVerified['code'], string>;
}

const fill = (text: string, values: Record<string, string | number>) =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));

/** Wires the page that checks the public log: everything happens here, in the visitor's own browser. */
export function startVerify(root: HTMLElement): void {
  const words = JSON.parse(root.dataset.words ?? '{}') as Words;
  const part = <T extends HTMLElement>(name: string) => root.querySelector<T>(`[data-part=${name}]`) as T;
  const said = part('said');
  const read: ReadFile = async (path) => {
    const answer = await fetch(`/log/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const memory: Memory = {
    get: () => localStorage.getItem('log-checkpoint'),
    set: (note) => localStorage.setItem('log-checkpoint', note),
  };
  const show = (state: 'busy' | 'right' | 'wrong', lines: readonly string[]) => {
    said.dataset.state = state;
    said.hidden = false;
    said.replaceChildren(
      ...lines.map((line) => {
        const p = document.createElement('p');
        p.textContent = line;
        return p;
      }),
    );
  };
  const key = () => keyOf(part<HTMLTextAreaElement>('key').value);
  const run = async (work: () => Promise<readonly string[]>) => {
    show('busy', [words.working]);
    try {
      show('right', await work());
    } catch (error) {
      if (!(error instanceof NotVerified)) throw error;
      // An order that cannot be read is no fault of the log's: there is nothing to add to the sentence.
      show('wrong', error.code === 'order' ? [words.wrong.order] : [words.wrong[error.code], error.message]);
    }
  };
  const openLine = (token: string) =>
    run(async () => {
      const one = await verifyOpening(read, key(), token, memory);
      const values = {
        ...{
          county: words.counties[one.county] ?? one.county,
          month: one.month,
          yuan: yuan(one.fen),
          index: one.index + 1,
        },
        mechanism: words.mechanisms[one.mechanism] ?? one.mechanism,
        evidence: `${words.evidence[one.evidenceKind] ?? one.evidenceKind} ${one.evidence}`,
      };
      return [fill(words.line, values), fill(words.place, values)];
    });
  // Of an order of one's own: the API tells whoever may read the order, and the log says whether it is true.
  const openOrder = (county: string, order: string) =>
    run(async () => {
      const answer = await fetch(`/api/counties/${county}/orders/${order}/openings`);
      if (!answer.ok) throw new NotVerified('order', answer.status);
      const { entries, lines } = (await answer.json()) as { entries: number; lines: { opening: string }[] };
      const opened = [];
      for (const one of lines) opened.push(await verifyOpening(read, key(), one.opening, memory));
      const fen = opened.reduce((sum, one) => sum + one.fen, 0);
      const said = fill(words.order, { entries: opened.length, yuan: yuan(fen) });
      return entries > lines.length ? [said, fill(words.orderLess, { missing: entries - lines.length })] : [said];
    });
  const addTotals = (county: number) =>
    run(async () => {
      const { size, totals } = await verifyTotals(read, key(), county, memory);
      const told = await read(`totals/${county}.json`).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)));
      const lines = totals.map((one) =>
        fill(words.total, {
          ...{ month: one.month, mechanism: words.mechanisms[one.mechanism] ?? one.mechanism },
          ...{ entries: one.entries, yuan: yuan(one.fen) },
        }),
      );
      const sum = (rows: readonly { fen: number }[]) => rows.reduce((fen, row) => fen + row.fen, 0);
      const same = told.size !== size || (sum(told.totals) === sum(totals) && told.totals.length === totals.length);
      if (!same) throw new NotVerified('log', words.differs);
      return [fill(totals.length > 0 ? words.agrees : words.none, { size }), ...lines];
    });

  part<HTMLFormElement>('line').addEventListener('submit', (event) => {
    event.preventDefault();
    void openLine(tokenIn(part<HTMLTextAreaElement>('token').value));
  });
  part<HTMLFormElement>('totals').addEventListener('submit', (event) => {
    event.preventDefault();
    void addTotals(Number(part<HTMLSelectElement>('county').value));
  });
  const fromLink = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const order = /^(\d{6})\/([\da-f-]{36})$/.exec(asked.get('order') ?? '');
    if (order) void openOrder(order[1] as string, order[2] as string);
    const token = asked.get('open');
    if (!token) return;
    part<HTMLTextAreaElement>('token').value = token;
    void openLine(token);
  };
  window.addEventListener('hashchange', fromLink);
  fromLink();
}
