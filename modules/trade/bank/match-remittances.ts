import type { Fen } from '#platform/money.ts';

/** A remittance with money on it that belongs to nothing yet. */
export interface OpenRemittance {
  id: string;
  /** what is left of it */
  leftFen: Fen;
  fen: Fen;
  payerName: string;
  /** codes its remark names */
  codes: readonly string[];
}

/** A payment that somebody has promised to transfer. */
export interface AwaitedPayment {
  code: string;
  payment: string;
  fen: Fen;
  payerName: string | null;
  /** whether its time is over; then only its code finds it */
  expired: boolean;
}

/** A part of a remittance that belongs to a payment. */
export interface Match {
  remittance: string;
  code: string;
  payment: string;
  fen: Fen;
  how: 'reference' | 'name' | 'person';
}

/**
 * Which remittances pay what. First by the code: one transfer may name several payments, several transfers may pay
 * one; a payment is taken only whole, so a part waits for the rest. What is more than was asked for stays on the
 * remittance. Then, for remittances that name no code we know, by the very amount and the payer's name, where both
 * sides are the only ones: a guess between two is a person's to make.
 *
 * The remittances and payments are in the order in which they are to be considered.
 */
export function matchRemittances(remittances: readonly OpenRemittance[], payments: readonly AwaitedPayment[]): Match[] {
  const left = new Map(remittances.map((remittance) => [remittance.id, remittance.leftFen]));
  const matches: Match[] = [];
  const paid = new Set<string>();
  for (const payment of payments) {
    const naming = remittances.filter((remittance) => remittance.codes.includes(payment.code));
    const parts = cover(payment, naming, left, 'reference');
    if (!parts) continue;
    matches.push(...parts);
    paid.add(payment.code);
  }
  const codes = new Set(payments.map((payment) => payment.code));
  const nameless = remittances.filter(
    (remittance) => left.get(remittance.id) === remittance.fen && !remittance.codes.some((code) => codes.has(code)),
  );
  const waiting = payments.filter((payment) => !paid.has(payment.code) && !payment.expired);
  const alike = (remittance: OpenRemittance, payment: AwaitedPayment) =>
    payment.payerName !== null &&
    payment.fen === remittance.fen &&
    plainName(payment.payerName) === plainName(remittance.payerName);
  for (const payment of waiting) {
    const fitting = nameless.filter((remittance) => alike(remittance, payment));
    const [only] = fitting;
    if (!only || fitting.length > 1) continue;
    if (waiting.filter((other) => alike(only, other)).length > 1) continue;
    matches.push(...(cover(payment, [only], left, 'name') ?? []));
  }
  return matches;
}

/**
 * The parts of these remittances that pay a payment whole, taken in their order, or null when they are not enough.
 * What is taken is subtracted from `left`.
 */
export function cover(
  payment: Pick<AwaitedPayment, 'code' | 'payment' | 'fen'>,
  remittances: readonly Pick<OpenRemittance, 'id'>[],
  left: Map<string, Fen>,
  how: Match['how'],
): Match[] | null {
  const leftOf = (id: string) => left.get(id) ?? 0;
  if (remittances.reduce((sum, { id }) => sum + leftOf(id), 0) < payment.fen) return null;
  const parts: Match[] = [];
  let due = payment.fen;
  for (const { id } of remittances) {
    const fen = Math.min(due, leftOf(id));
    if (fen === 0) continue;
    parts.push({ remittance: id, code: payment.code, payment: payment.payment, fen, how });
    left.set(id, leftOf(id) - fen);
    due -= fen;
  }
  return parts;
}

/** A name as banks write it in different ways: full or half width, with or without spaces and brackets. */
export const plainName = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[\s()·.,，。]/g, '')
    .toLowerCase();
