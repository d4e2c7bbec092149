import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

const api = { target: process.env.CONSOLE_API ?? 'http://127.0.0.1:3000', changeOrigin: false };

/**
 * The console is static files under /console/. The server gives them out and answers every unknown
 * path below /console/ with index.html, because the URL is the state of each screen.
 * While developing, `CONSOLE_API` names a running server to which calls and pictures are passed on.
 */
export default defineConfig({
  root: here,
  base: '/console/',
  plugins: [react()],
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
