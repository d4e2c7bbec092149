import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '#platform/context.ts';

const NAME = 'wechat_way';
const options = (at: Context) => ({
  path: '/',
  httpOnly: true,
  // Comes along when WeChat sends the browser back, and with nothing that another site posts.
  sameSite: 'lax' as const,
  secure: at.publicUrl.startsWith('https:'),
});

/** What tells the browser that went to WeChat from any other. */
export const readBrowser = (request: FastifyRequest): string | null => request.cookies[NAME] ?? null;

/** Gives it to a browser on its way, or takes it back. */
export function writeBrowser(at: Context, reply: FastifyReply, browser: string | null): void {
  if (browser === null) reply.clearCookie(NAME, options(at));
  else reply.setCookie(NAME, browser, { ...options(at), maxAge: 600 });
}
