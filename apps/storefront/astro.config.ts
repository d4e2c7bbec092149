import preact from '@astrojs/preact';
import tailwindcss from '@tailwindcss/vite';
import type { AstroIntegration } from 'astro';
import { defineConfig } from 'astro/config';

/**
 * Lets mount.ts render a page as one function call (Request in, Response out), so that pages are ordinary Fastify
 * replies: they pass through its headers, limits and metrics, and the page cache can keep the finished bytes.
 */
function rendersInFastify(): AstroIntegration {
  return {
    name: 'renders-in-fastify',
    hooks: {
      'astro:config:done': ({ setAdapter }) =>
        setAdapter({
          name: 'renders-in-fastify',
          entrypointResolution: 'auto',
          serverEntrypoint: new URL('./src/render.ts', import.meta.url),
          adapterFeatures: { buildOutput: 'server' },
          supportedAstroFeatures: { serverOutput: 'stable', sharpImageService: 'unsupported' },
        }),
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  output: 'server',
  outDir: './dist',
  cacheDir: './dist/.cache',
  adapter: rendersInFastify(),
  integrations: [preact()],
  devToolbar: { enabled: false },
  // mount.ts compares Origin with Host itself: behind a TLS proxy the scheme Astro sees is not the visitor's.
  // Inline scripts are named by their hash; nothing else may run.
  security: { checkOrigin: false, csp: true },
  // Pictures are cut to size when they are uploaded (platform files), never here.
  image: { service: { entrypoint: 'astro/assets/services/noop' } },
  markdown: { syntaxHighlight: false },
  // Every page shares one sheet, cached for good under its hashed name.
  build: { assets: '_a', inlineStylesheets: 'never' },
  vite: { plugins: [tailwindcss()], build: { assetsInlineLimit: 0 } },
});
