/**
 * `node tools/complete-lock.ts`, after a package was added: names in package-lock.json the builds of native packages
 * for platforms that the registry in use does not carry. npm leaves such builds out, and `npm ci` then finds that the
 * lock file does not match. With the entry it knows from `os` and `cpu` that this machine needs none of them.
 */
import { readFile, writeFile } from 'node:fs/promises';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}
type Packages = Record<string, LockedPackage>;

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** The packages of a lock file with every optional build named. */
export function completed(packages: Packages): Packages {
  const all: Packages = { ...packages };
  for (const [path, parent] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
      const version = range.replace(/^[~^]/, '');
      const platform = platformOf(name);
      if (isFound(all, path, name) || !platform) continue;
      const shared = `node_modules/${name}`;
      const place = all[shared] ? `${path}/${shared}` : shared;
      all[place] = { version, ...platform, ...(parent.dev && { dev: true }), optional: true };
    }
  }
  const sorted = Object.keys(all).sort((a, b) => a.localeCompare(b, 'en'));
  return Object.fromEntries(sorted.map((path) => [path, all[path] as LockedPackage]));
}

/** Whether a package that lies at `path` finds `name`, as Node looks for it: from within, upwards. */
function isFound(packages: Packages, path: string, name: string): boolean {
  for (let from = path; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    if (packages[`${from ? `${from}/` : ''}node_modules/${name}`]) return true;
    if (from === '' || !from.includes('/node_modules/')) return packages[`node_modules/${name}`] !== undefined;
  }
}

/** The platform a build is for, as its name says: `@img/sharp-darwin-arm64`, `@node-rs/jieba-linux-arm64-musl`. */
function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> | undefined {
  if (name === 'fsevents') return { os: ['darwin'] };
  const words = name.replace('/', '-').replace('windows', 'win32').replace('linuxmusl', 'linux-musl').split('-');
  const os = words.filter((word) => systems.includes(word));
  const cpu = words.filter((word) => processors.includes(word));
  if (words.includes('armv7') || words.includes('gnueabihf') || words.includes('musleabihf'))
    cpu.splice(0, cpu.length, 'arm');
  if (cpu.length === 0) return words.includes('universal') ? { os } : undefined;
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : '';
  return { cpu, ...(os.length > 0 && { os }), ...(libc && os.includes('linux') && { libc: [libc] }) };
}

if (import.meta.main) {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(await readFile(file, 'utf8')) as { packages: Packages };
  const before = Object.keys(lock.packages).length;
  lock.packages = completed(lock.packages);
  await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${Object.keys(lock.packages).length - before} builds for other platforms added`);
}
