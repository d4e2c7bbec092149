import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { shell } from './shell-plugin.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

const api = { target: process.env.CONSOLE_API ?? 'http://127.0.0.1:3000', changeOrigin: false };

/**
 * Writes each file's brotli and gzip forms beside it, for the server to give out: villages have slow networks, and
 * pressing once at build time costs no request anything. Browsers take brotli only over TLS, so gzip is there for plain
 * HTTP. Brotli's level 9 takes a second; the last two per cent would take ten.
 */
const pressed = (): Plugin => ({
  name: 'pressed',
  apply: 'build',
  // From the disk, when every other plugin has said its last word.
  async writeBundle({ dir = '' }, bundle) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
    const files = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name));
    await Promise.all(
      files.map(async (name) => {
        const path = join(dir, name);
        const whole = await readFile(path);
        await writeFile(`${path}.br`, await promisify(brotliCompress)(whole, { params }));
        await writeFile(`${path}.gz`, await promisify(gzip)(whole, { level: 9 }));
      }),
    );
  },
});

/**
 * The console is static files under /console/. The server gives them out and answers every unknown
 * path below /console/ with index.html, because the URL is the state of each screen.
 * While developing, `CONSOLE_API` names a running server to which calls and pictures are passed on.
 */
export default defineConfig({
  root: here,
  base: '/console/',
  plugins: [react(), shell(`${here}sw.ts`), pressed()],
  resolve: { alias: { typebox: `${here}typebox-names.ts` } },
  build: {
    outDir: `${here}dist`,
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // ECharts (only the parts we use) is the largest piece and is loaded by the screens that draw.
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: Number(process.env.CONSOLE_PORT ?? 5180),
    proxy: { '/api': api, '/files': api },
  },
});
