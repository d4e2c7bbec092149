import { glob, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { projectFolder } from '#platform/config.ts';

/** The house: a room imports downwards only. Neighbours on one floor do not import each other. */
export const floors: Readonly<Record<string, number>> = {
  insight: 8,
  benefit: 7,
  ...{ presale: 6, procurement: 6, live: 6, cabinet: 6, talent: 6, park: 6, finance: 6, care: 6 },
  fulfilment: 5,
  trade: 4,
  trace: 3,
  catalog: 2,
  ...{ registry: 1, ledger: 1 },
  platform: 0,
};

/** Arrows against the table that are meant, each with its reason. */
const exceptions: readonly { from: RegExp; to: RegExp; because: string }[] = [
  {
    from: /^modules\/ledger\/owner-names\.ts$/,
    to: /^modules\/registry\/index\.ts$/,
    because:
      'its screens say whose account it is and who closed it; the transfers know only ids, and registry knows no ledger',
  },
  {
    from: /^tools\/build-regions\.ts$/,
    to: /^modules\/registry\/regions\//,
    because: 'the tool that writes the region file shares its format with the reader, which no other room may know',
  },
  {
    from: /^tools\/verify\.ts$/,
    to: /^modules\/benefit\/log\/entry-layout\.ts$/,
    because: 'who checks the public log wants its lines and their arithmetic, and nothing of the house that wrote them',
  },
  {
    from: /^demo\/content\.test\.ts$/,
    to: /^modules\/registry\/regions\/region-file\.ts$/,
    because: 'that every village of the demo is a real one is asked of the region file itself',
  },
  {
    from: /^test\/fixtures/,
    to: /^modules\//,
    because: 'fixtures write a county quickly, past the acts, so that a test of one act needs no other to work',
  },
  {
    from: /^test\//,
    to: /^apps\/(server|shared)\//,
    because: 'tests of the whole house start it as people do',
  },
  {
    from: /^tools\/(contracts|reconcile)\.ts$/,
    to: /^apps\/server\/(app|modules|schemas)\.ts$/,
    because:
      'which modules there are, whether every route is served and how schemas become code, only the server knows',
  },
  {
    from: /^(bench|demo)\//,
    to: /^apps\/server\//,
    because: 'what is measured or played is the server that people run',
  },
  {
    from: /^apps\/server\//,
    to: /^(tools\/(build|browser)\.ts|demo\/)/,
    because: 'npm start builds stale front ends and fills an empty database with the demo',
  },
  {
    from: /^apps\/server\//,
    to: /^apps\/(storefront\/(mount|page-cache)\.ts|shared\/)/,
    because: 'the server is the one place that knows all doors',
  },
];

/** Parts of the platform that hold no server code, for contracts and screens. */
const platformForScreens =
  /^modules\/platform\/(errors|money|moves|clock|actor|http\/(client|contract|schemas)|tlog\/[\w-]+)\.ts$/;
/** What a module shows to screens: routes, events, allowed moves, kinds and layouts as data. */
const shownToScreens = /^modules\/\w+\/(contract|events|[\w-]+\/[\w-]+(-states|-kinds|-layout|\.contract))\.ts$/;
/** The doors of a module for the floors above. */
const door = /^modules\/\w+\/(index|contract|events)\.ts$/;

/** Whether a front end may import a file of the house; also what its build depends on. */
export const screensMayImport = (file: string): boolean => platformForScreens.test(file) || shownToScreens.test(file);

interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Only types are imported; they are gone before the program runs. */
  readonly types: boolean;
}

/**
 * Every import that goes against the house, one line each.
 *
 * @param files path from the project folder, with forward slashes → text
 */
export function breaches(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([from, text]) =>
    importsOf(text)
      .map(({ specifier, types }) => ({ from, to: resolve(from, specifier), types }))
      .filter((arrow): arrow is Arrow => arrow.to !== undefined)
      .filter((arrow) => !exceptions.some((line) => line.from.test(arrow.from) && line.to.test(arrow.to)))
      .map((arrow) => ({ arrow, why: objection(arrow) }))
      .filter(({ why }) => why !== undefined)
      .map(({ arrow, why }) => `${arrow.from} → ${arrow.to}: ${why}`),
  );
}

/** The rule an arrow breaks, if any. */
function objection({ from, to, types }: Arrow): string | undefined {
  const [home, target] = [placeOf(from), placeOf(to)];
  const hidden = shownToScreens.test(from) && !types && !screensMayImport(to);
  if (hidden && target.kind === 'module') return 'what is shown to screens holds no server code';
  if (home.name === target.name) return undefined;
  if (from.endsWith('.test.ts') && target.name === 'test') return undefined;

  if (home.kind === 'module') {
    if (target.kind !== 'module') return 'a module imports no app, tool, test, demo or bench';
    if (floorOf(target.name) >= floorOf(home.name)) {
      return `floor ${floorOf(home.name)} imports downwards only, not floor ${floorOf(target.name)}`;
    }
    // A test sets its scene with acts that no room offers to another.
    return from.endsWith('.test.ts') ? undefined : throughDoor(to);
  }
  if (home.kind === 'screens') {
    return screensMayImport(to) || target.name === 'apps/shared'
      ? undefined
      : 'a front end imports only contracts, events, states, kinds and the client of the platform';
  }
  if (target.kind === 'module') return throughDoor(to);
  if (home.name === 'apps/server') return 'the server imports modules and nothing else of the house';
  return target.name.startsWith('apps/') ? 'apps are not imported; they are started' : undefined;
}

const throughDoor = (to: string) =>
  to.startsWith('modules/platform/') || door.test(to) ? undefined : 'a module is entered through its index.ts';

const floorOf = (module: string): number => floors[module] ?? Number.NaN;

function placeOf(file: string): { kind: 'module' | 'screens' | 'other'; name: string } {
  const [top = '', name = ''] = file.split('/');
  if (top === 'modules') return { kind: 'module', name };
  if (top !== 'apps') return { kind: 'other', name: top };
  return { kind: name === 'server' ? 'other' : 'screens', name: `apps/${name}` };
}

/** The file of the house that an import means; undefined for packages. */
function resolve(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  const own = /^#(\w+)(?:\/(.+))?$/.exec(specifier);
  if (!own) return undefined;
  const [, module, part = 'index'] = own;
  return `modules/${module}/${part.replace(/\.ts$/, '')}.ts`;
}

function importsOf(text: string): { specifier: string; types: boolean }[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const statements = code.matchAll(
    /\b(?:(?:import|export)\s+(type\s+)?[\w*{][^'"();=]*?\bfrom\s*|import\s*\(?\s*)(['"])([^'"\n]+)\2/g,
  );
  return [...statements].map((match) => ({ specifier: match[3] as string, types: match[1] !== undefined }));
}

/** A module without a floor would pass every comparison. */
function unknownRooms(files: Iterable<string>): string[] {
  const rooms = new Set(
    [...files].filter((file) => file.startsWith('modules/')).map((file) => file.split('/')[1] ?? ''),
  );
  return [...rooms]
    .filter((room) => !(room in floors))
    .map((room) => `modules/${room} has no floor in tools/floors.ts`);
}

/** All source files of the house. */
async function sourceFiles(): Promise<Map<string, string>> {
  const paths = await Array.fromAsync(
    glob('{modules,apps,tools,test,demo,bench}/**/*.{ts,tsx,astro,mjs}', {
      cwd: projectFolder,
      exclude: (path) => /(^|\/)(node_modules|dist|\.astro)(\/|$)/.test(path),
    }),
  );
  const texts = await Promise.all(paths.sort().map((path) => readFile(`${projectFolder}${path}`, 'utf8')));
  return new Map(paths.map((path, index) => [path.replaceAll('\\', '/'), texts[index] as string]));
}

/** Every breach in the house as it stands. */
export async function checkFloors(): Promise<string[]> {
  const files = await sourceFiles();
  // Its wrong arrows are examples.
  files.delete('tools/floors.test.ts');
  return [...unknownRooms(files.keys()), ...breaches(files)];
}
