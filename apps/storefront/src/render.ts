import { createApp } from 'astro/app/entrypoint';

const app = createApp({ streaming: false });

/** Renders one page. Unknown paths and thrown errors come back as the 404 and 500 pages. */
export function render(request: Request, locals: App.Locals): Promise<Response> {
  return app.render(request, { locals, addCookieHeader: true });
}
