import type { Lang } from './errors.ts';

type Words = Record<Lang, string>;

/** One allowed move: which act makes it, and what its button says. */
export interface Move<S extends string> {
  from: S;
  to: S;
  act: string;
  label: Words;
}

/** A graph of states as data: the server's check, the button and the sentence under a greyed button are this one table. */
export interface Moves<S extends string> {
  start: S;
  states: Record<S, Words>;
  moves: readonly Move<S>[];
  allows(from: S, to: S): boolean;
  /** Throws when the graph has no such move: a fault of the program, where a person's refusal would be the act's to say. */
  require(from: S, to: S): void;
  from(state: S): readonly Move<S>[];
  /** The states that may become this one: `update … where state in` them moves along the graph or not at all. */
  into(state: S): S[];
}

/**
 * Checks a graph once, at import: every state can be reached from the start, and no move is written twice.
 * @throws Error naming the state that nothing leads to
 */
export function defineMoves<S extends string>(start: S, states: Record<S, Words>, moves: readonly Move<S>[]): Moves<S> {
  const reached = new Set<S>([start]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const m of moves) {
      if (reached.has(m.from) && !reached.has(m.to)) {
        reached.add(m.to);
        grew = true;
      }
    }
  }
  for (const s of Object.keys(states) as S[]) {
    if (!reached.has(s)) throw new Error(`moves: nothing leads to state "${s}"`);
  }
  const seen = new Set<string>();
  for (const m of moves) {
    const key = `${m.from}>${m.to}`;
    if (seen.has(key)) throw new Error(`moves: ${key} is written twice`);
    seen.add(key);
  }
  return {
    start,
    states,
    moves,
    allows: (from, to) => seen.has(`${from}>${to}`),
    require(from, to) {
      if (!seen.has(`${from}>${to}`)) throw new Error(`moves: ${from} never becomes ${to}`);
    },
    into: (state) => moves.filter((m) => m.to === state).map((m) => m.from),
    from: (state) => moves.filter((m) => m.from === state),
  };
}
