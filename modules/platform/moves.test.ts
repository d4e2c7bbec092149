import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineMoves } from './moves.ts';

const word = { zh: '词', en: 'word' };

test('a graph of states', async (t) => {
  await t.test('a state that nothing leads to is found at import', () => {
    assert.throws(
      () =>
        defineMoves<'a' | 'b' | 'c'>('a', { a: word, b: word, c: word }, [
          { from: 'a', to: 'b', act: 'go', label: word },
        ]),
      /nothing leads to state "c"/,
    );
  });
  await t.test('a move written twice is found at import', () => {
    const go = { from: 'a', to: 'b', act: 'go', label: word } as const;
    assert.throws(() => defineMoves('a', { a: word, b: word }, [go, go]), /written twice/);
  });
  await t.test('answers what is allowed and what leaves a state', () => {
    const graph = defineMoves('a', { a: word, b: word, c: word }, [
      { from: 'a', to: 'b', act: 'go', label: word },
      { from: 'b', to: 'c', act: 'end', label: word },
    ]);
    assert.equal(graph.allows('a', 'b'), true);
    assert.equal(graph.allows('a', 'c'), false);
    graph.require('a', 'b');
    assert.throws(() => graph.require('b', 'a'), /b never becomes a/);
    assert.deepEqual([graph.into('c'), graph.into('a')], [['b'], []]);
    assert.deepEqual(
      graph.from('b').map((m) => m.to),
      ['c'],
    );
  });
});
