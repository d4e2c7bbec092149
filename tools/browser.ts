import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { dataFolder } from '#platform/config.ts';

// Quiet: a test must not depend on, or tell, anything outside this machine.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PACKAGED = '@sparticuz/chromium@153.0.0';

/**
 * A browser for tests and screenshots, headless. Installs Chromium when the machine has none.
 *
 * @param flags what this browser is started with beside what all are
 * @throws Error saying what to do when there is none and none can be installed
 */
export async function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  const { executablePath, args } = await findBrowser();
  return chromium.launch({ executablePath, args: [...args, ...FLAGS, ...flags] });
}

/** Where Chromium is; installed if need be. */
export async function findBrowser(): Promise<{ executablePath: string; args: string[] }> {
  const found = installed() ?? (installFromSystem() ? installed() : undefined);
  if (found) return { executablePath: found, args: [] };
  const packaged = await installFromRegistry();
  if (packaged) return packaged;
  throw new Error(
    'no Chromium was found and none could be installed; install one (apt-get install chromium fonts-noto-cjk), ' +
      'or name yours in CHROMIUM_PATH',
  );
}

function installed(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, but there is nothing`);
  return named ?? NAMES.map(whereIs).find((path) => path !== undefined);
}

function whereIs(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(':');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** The distribution's own, with a typeface that has Chinese; as root or with sudo that asks for no password. */
function installFromSystem(): boolean {
  if (!whereIs('apt-get')) return false;
  const root = process.getuid?.() === 0;
  if (!root && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) return false;
  const apt = (...args: string[]) => {
    const words = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    const [command = '', ...rest] = root ? words : ['sudo', '-n', ...words];
    return spawnSync(command, rest, { stdio: ['ignore', 2, 2] }).status === 0;
  };
  return apt('update', '-q') && apt('install', '-qy', '--no-install-recommends', 'chromium', 'fonts-noto-cjk');
}

/** A build that comes with its libraries, kept in the data folder: an ordinary user can install nothing else. */
async function installFromRegistry(): Promise<{ executablePath: string; args: string[] } | undefined> {
  const folder = join(dataFolder(), 'browser');
  await mkdir(folder, { recursive: true });
  const entry = () => createRequire(join(folder, 'package.json')).resolve('@sparticuz/chromium');
  try {
    entry();
  } catch {
    const npm = spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', PACKAGED], {
      stdio: ['ignore', 2, 2],
    });
    if (npm.status !== 0) return undefined;
  }
  const { default: packaged } = (await import(entry())) as {
    default: { executablePath(): Promise<string>; args: string[] };
  };
  return { executablePath: await packaged.executablePath(), args: packaged.args };
}
