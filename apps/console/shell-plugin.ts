import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Plugin, type Rollup, transformWithOxc } from 'vite';

/** Screens that work without a signal, and what they load as they go, by module: with these goes whatever they import. */
const WITHOUT_SIGNAL = [
  /\/src\/main\.tsx$/,
  /\/src\/layout\/shell-route\.tsx$/,
  /\/src\/screens\/(home|unlock)\.tsx$/,
  /\/src\/screens\/station\//,
  /\/src\/screens\/households\/households\.tsx$/,
  /\/qr\/decode\.js$/,
  /\/src\/i18n\/en\.ts$/,
  /\/antd\/.*\/locale\/en_US/,
];
/** Beside what is built: what an installed console shows of itself. */
const ALWAYS = ['/console/', '/console/manifest.webmanifest', '/console/icons/192.png', '/console/icons/512.png'];

/**
 * Builds the service worker with the list of files it keeps: the page, the entry, the screens above, and all they
 * import. Its name is a hash of that list, so that a new build is a new shell and the same build none.
 */
export const shell = (source: string): Plugin => ({
  name: 'shell',
  apply: 'build',
  async generateBundle(_, bundle) {
    const files = [...ALWAYS, ...filesOf(bundle).map((file) => `/console/${file}`)];
    const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex');
    const { code } = await transformWithOxc(await readFile(source, 'utf8'), source);
    const kept = JSON.stringify({ name: `shell-${hash.slice(0, 12)}`, files });
    this.emitFile({
      type: 'asset',
      fileName: 'sw.js',
      source: `const SHELL = ${kept};\n${code.replace(/export\s*\{\s*\};?/, '')}`,
    });
  },
});

/** The chunks of the screens above with everything they import, and the styles of those. */
function filesOf(bundle: Rollup.OutputBundle): string[] {
  const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<string>();
  const add = (name: string) => {
    const chunk = byName.get(name);
    if (!chunk || found.has(name)) return;
    found.add(name);
    for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
    for (const one of chunk.imports) add(one);
  };
  for (const chunk of chunks) {
    const from = chunk.facadeModuleId ?? '';
    if (chunk.isEntry || WITHOUT_SIGNAL.some((screen) => screen.test(from))) add(chunk.fileName);
  }
  return [...found].sort();
}
