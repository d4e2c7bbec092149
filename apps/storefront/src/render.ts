import { createApp } from 'astro/app/entrypoint';

const app = createApp({ streaming: false });

// All that a page may run or be styled by is named in the build. Left to itself Astro takes digests anew for every page:
// of the sheets a page links to, which is each time the digest of nothing, and a twentieth of the page's time.
const { csp } = app.manifest;
const named = (hashes: readonly string[] = []) => ["'self'", ...hashes.map((hash) => `'${hash}'`)].join(' ');
const policy = `script-src ${named(csp?.scriptHashes)}; style-src ${named(csp?.styleHashes)};`;
app.manifest.shouldInjectCspMetaTags = false;

/** Renders one page. Unknown paths and thrown errors come back as the 404 and 500 pages. */
export async function render(request: Request, locals: App.Locals): Promise<Response> {
  const response = await app.render(request, { locals, addCookieHeader: true });
  response.headers.set('content-security-policy', policy);
  return response;
}
