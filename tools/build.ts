/**
 * `npm run build`: the storefront and the console, each only when what it is made of has changed since its last build.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectFolder } from '#platform/config.ts';
import { tryLock } from '#platform/processes.ts';
import { screensMayImport } from './floors.ts';

interface FrontEnd {
  readonly name: string;
  readonly folder: string;
  /** Relative to the folder; there once a build has succeeded. */
  readonly entry: string;
  readonly command: readonly string[];
}

export const frontEnds: readonly FrontEnd[] = [
  {
    name: 'storefront',
    folder: join(projectFolder, 'apps/storefront'),
    entry: 'dist/server',
    command: ['node_modules/astro/bin/astro.mjs', 'build', '--root', 'apps/storefront'],
  },
  {
    name: 'console',
    folder: join(projectFolder, 'apps/console'),
    entry: 'dist/index.html',
    command: ['node_modules/vite/bin/vite.js', 'build', 'apps/console', '--logLevel', 'warn'],
  },
];

/**
 * Build what is stale, side by side. Whoever comes while somebody else builds waits for that and uses it.
 *
 * @param say told the name of each front end that is being built
 * @param wanted default: all of them
 * @throws Error with the output of every build that failed
 */
export async function buildFrontEnds(
  say: (name: string) => void = () => {},
  wanted: readonly FrontEnd[] = frontEnds,
): Promise<void> {
  const builds = await Promise.allSettled(wanted.map((frontEnd) => buildOne(frontEnd, say)));
  const failures = builds.flatMap((build) => (build.status === 'rejected' ? [(build.reason as Error).message] : []));
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
}

async function buildOne(frontEnd: FrontEnd, say: (name: string) => void): Promise<void> {
  const lock = join(frontEnd.folder, '.build.lock');
  while (tryLock(lock)) await sleep(100);
  try {
    const state = await sourceState(frontEnd);
    const mark = join(frontEnd.folder, 'dist/.built-from');
    const built = existsSync(join(frontEnd.folder, frontEnd.entry)) && (await readFile(mark, 'utf8').catch(() => ''));
    if (built === state) return;
    say(frontEnd.name);
    await run(frontEnd);
    await writeFile(mark, state);
  } finally {
    await rm(lock, { force: true });
  }
}

/** A hash over everything a build reads: its own sources, what it may import of the house, and the packages. */
async function sourceState(frontEnd: FrontEnd): Promise<string> {
  const own = await filesIn(frontEnd.folder, '**/*');
  const shared = await filesIn(join(projectFolder, 'apps/shared'), '**/*');
  const modules = (await filesIn(projectFolder, 'modules/**/*.ts')).filter((path) =>
    screensMayImport(path.slice(projectFolder.length).replaceAll('\\', '/')),
  );
  const hash = createHash('sha256');
  for (const path of [...own, ...shared, ...modules, join(projectFolder, 'package-lock.json')]) {
    if (path.endsWith('.test.ts')) continue;
    hash.update(`${path.slice(projectFolder.length)}\0`).update(await readFile(path));
  }
  return hash.digest('hex');
}

async function filesIn(folder: string, pattern: string): Promise<string[]> {
  const found: string[] = [];
  const exclude = (entry: { name: string }) => ['dist', 'node_modules', '.astro', '.build.lock'].includes(entry.name);
  for await (const entry of glob(pattern, { cwd: folder, withFileTypes: true, exclude })) {
    if (entry.isFile()) found.push(join(entry.parentPath, entry.name));
  }
  return found.sort();
}

function run(frontEnd: FrontEnd): Promise<void> {
  return new Promise((resolve, reject) => {
    // A build that sees NODE_ENV=test or development would ship its packages' talkative variants.
    const env = { ...process.env, NODE_ENV: 'production', ASTRO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' };
    execFile(process.execPath, frontEnd.command, { cwd: projectFolder, env, maxBuffer: 1e8 }, (error, out, err) =>
      error ? reject(new Error(`building the ${frontEnd.name} failed:\n${out}\n${err}`.trim())) : resolve(),
    );
  });
}

if (import.meta.main) await buildFrontEnds((name) => console.log(`building the ${name} …`));
