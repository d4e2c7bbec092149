import type { Answers } from '../../contracts.ts';
import type { Lang, Messages } from '../i18n/index.ts';
import { showMoment, yuan } from './format.ts';

type Order = Answers['trade']['order'];
type State = Order['state'];
type MoneyStep = Answers['trade']['orderMoney'][number];
type Step = { title: string; when?: string; text?: string; now?: boolean; ahead?: boolean };

/** Colour of a state's chip: persimmon waits for the buyer, moss is under way, rice is over. */
export const orderTone: Record<State, 'persimmon' | 'moss' | 'rice'> = {
  placed: 'persimmon',
  paid: 'moss',
  packed: 'moss',
  sent: 'moss',
  received: 'rice',
  closed: 'rice',
  cancelled: 'rice',
  refunded: 'rice',
};

const road: readonly State[] = ['placed', 'paid', 'packed', 'sent', 'received'];

/** What happened to an order and to its money, and what is still ahead of it as long as it is under way. */
export function orderSteps(order: Order, t: Messages, lang: Lang, money: readonly MoneyStep[] = []): Step[] {
  const done = order.moves.filter((move) => move.to !== 'closed' || order.state !== 'received');
  const over = ['closed', 'cancelled', 'refunded'].includes(order.state);
  const reached = road.indexOf(order.state);
  const paid = money.find((step) => step.kind === 'paid');
  const steps = done.map((move, at) => ({
    at: new Date(move.at).getTime(),
    title: t.orders.moves[move.to],
    when: showMoment(move.at, lang),
    text:
      move.reason ??
      (move.to === 'paid' && paid ? t.orders.paidBy(yuan(paid.fen), t.pay.ways[paid.method]) : undefined),
    now: at === done.length - 1 && !over,
  }));
  for (const step of money) {
    if (step.kind === 'paid') continue;
    steps.push({
      at: new Date(step.at).getTime(),
      title: t.orders.money[step.kind](yuan(step.fen)),
      when: showMoment(step.at, lang),
      // The move beside it says why the whole order was given back.
      text: step.kind === 'refund-asked' && order.state !== 'refunded' ? (step.reason ?? undefined) : undefined,
      now: false,
    });
  }
  steps.sort((a, b) => a.at - b.at);
  const ahead = over || reached < 0 ? [] : road.slice(reached + 1);
  return [
    ...steps.map(({ at: _, ...step }) => step),
    ...ahead.map((state) => ({ title: t.orders.moves[state], ahead: true })),
  ];
}

/** Whether the buyer may still call the order off, and whether they may confirm receipt: the moves of the order itself. */
export const canCancel = (state: State): boolean => state === 'placed' || state === 'paid' || state === 'packed';
export const canReceive = (state: State): boolean => state === 'sent';
