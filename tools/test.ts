/**
 * `npm test`, or `node tools/test.ts <file>…`: all test files, two at a time, against one throwaway PostgreSQL.
 * TEST_DATABASE_URL names a server to use instead; it must allow `create database`. TEST_FILE_MINUTES gives a file more
 * than ten minutes.
 */
import { glob } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { projectFolder } from '#platform/config.ts';
import { startThrowaway } from '#platform/database/embedded.ts';
import { makeTemplate } from '../test/database.ts';

const FOLDERS = '{modules,apps,tools,test,demo,bench}';
// Browser stories take minutes on a busy machine; a file that takes longer hangs, unless it was asked for more of the
// same (`npm run faults`, many seeds).
const FILE_TIMEOUT_MS = Number(process.env.TEST_FILE_MINUTES ?? 10) * 60_000;

process.chdir(projectFolder);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());

// Every file is a process that loads most of the house; what the first has compiled the others need not.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'shanhuo-compiled');

const asked = process.argv.slice(2);
const files = asked.length > 0 ? asked : (await Array.fromAsync(glob(`${FOLDERS}/**/*.test.ts`, { exclude }))).sort();

const server = process.env.TEST_DATABASE_URL ? undefined : await startThrowaway();
try {
  process.env.TEST_DATABASE_URL ??= server?.url;
  process.env.TEST_DATABASE_TEMPLATE = await makeTemplate(process.env.TEST_DATABASE_URL as string);
  process.exitCode = (await runAll()) && !stop.signal.aborted ? 0 : 1;
} finally {
  await server?.stop();
}
// A test that leaves a timer or socket open must not keep the runner waiting.
process.exit();

/** @returns whether every test passed */
async function runAll(): Promise<boolean> {
  const tests = run({ files, concurrency: 2, timeout: FILE_TIMEOUT_MS, signal: stop.signal });
  let failed = false;
  const counts: string[] = [];
  tests.on('test:fail', (test) => {
    // A test marked as to be done may fail.
    if (test.todo === undefined) failed = true;
  });
  // The runner's own totals come last, also when the list of failures follows them.
  tests.on('test:diagnostic', ({ message, nesting }) => {
    if (nesting === 0 && /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(message)) {
      counts.push(`ℹ ${message}`);
    }
  });
  for await (const text of tests.compose(new spec())) process.stdout.write(text);
  if (failed) process.stdout.write(`\n${counts.slice(-8).join('\n')}\n`);
  return !failed;
}

function exclude(path: string): boolean {
  return /(^|\/)(node_modules|dist)(\/|$)/.test(path);
}
