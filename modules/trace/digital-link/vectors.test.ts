import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectFolder } from '#platform/config.ts';
import { elementString, parseBracketed, parseElementString } from './elements.ts';
import { type Linter, linters } from './linters.ts';
import { digitalLink, escapeUri, parseDigitalLink, type UriOptions, unescapeUri } from './uri.ts';

/**
 * GS1's own vectors (../shared/data/gs1-digital-link). A vector that cannot pass is named here with its reason, and the
 * test fails when one of them passes after all.
 */
const cannotPass: Record<string, string> = {};

const read = (name: string) =>
  JSON.parse(readFileSync(join(projectFolder, '../shared/data/gs1-digital-link', `${name}.json`), 'utf8'));

interface Vector {
  valid: boolean;
  uri: string;
  elementString: string;
  bracketedAI: string;
  stem: string | null;
  options?: UriOptions;
}

/** What came of each vector, told all at once; `made` gives undefined for what is refused. */
function every<V>(name: string, count: number, of: (vector: V) => { made: unknown; wanted: unknown; label: string }) {
  test(`${name}: all ${count} vectors`, () => {
    const vectors: V[] = read(name);
    assert.equal(vectors.length, count);
    const wrong: string[] = [];
    for (const vector of vectors) {
      const { made, wanted, label } = of(vector);
      const passes = JSON.stringify(made) === JSON.stringify(wanted);
      if (passes === label in cannotPass)
        wrong.push(`${label}: ${JSON.stringify(made)} instead of ${JSON.stringify(wanted)}`);
    }
    assert.deepEqual(wrong, []);
  });
}

/** What a reading gives, or that it is refused. */
function attempt<T>(work: () => T): T | 'refused' {
  try {
    return work();
  } catch {
    return 'refused';
  }
}

every<Vector>('parse-dl-uri', 62, ({ valid, uri, elementString: wanted, options }) => ({
  made: attempt(() => {
    const { path, attributes } = parseDigitalLink(uri, options);
    return elementString([...path, ...attributes]);
  }),
  wanted: valid ? wanted : 'refused',
  label: uri,
}));
every<Vector>('generate-dl-uri', 10, ({ valid, stem, bracketedAI, uri, options }) => ({
  made: attempt(() => digitalLink(parseBracketed(bracketedAI, options?.permitUnknownAIs), stem ?? undefined, options)),
  wanted: valid ? uri : 'refused',
  label: bracketedAI,
}));
every<Vector>('parse-bracketed-ai', 12, ({ valid, bracketedAI, elementString: wanted }) => ({
  made: attempt(() => elementString(parseBracketed(bracketedAI))),
  wanted: valid ? wanted : 'refused',
  label: bracketedAI,
}));
every<Vector>('process-element-string', 38, ({ valid, elementString: text }) => ({
  made: attempt(() => parseElementString(text)) !== 'refused',
  wanted: valid,
  label: text,
}));
every<{ linter: string; valid: boolean; in: string; error?: string; marked?: string }>(
  'linters',
  1031,
  ({ linter, in: text, error, marked }) => {
    const found = (linters as Record<string, Linter>)[linter]?.(text);
    const { at = 0, length = 0 } = found ?? {};
    return {
      made: found
        ? [
            `GS1_LINTER_${found.error}`,
            `${text.slice(0, at)}*${text.slice(at, at + length)}*${text.slice(at + length)}`,
          ]
        : found,
      wanted: error ? [error, marked] : null,
      label: `${linter} ${text}`,
    };
  },
);
every<{ in: string; pathOut: string; queryOut: string }>('uri-escape', 10, ({ in: text, pathOut, queryOut }) => ({
  made: [escapeUri(text), escapeUri(text, true)],
  wanted: [pathOut, queryOut],
  label: text,
}));
every<{ in: string; pathOut: string; queryOut: string }>('uri-unescape', 21, ({ in: text, pathOut, queryOut }) => ({
  made: [unescapeUri(text), unescapeUri(text, true)],
  wanted: [pathOut, queryOut],
  label: text,
}));
