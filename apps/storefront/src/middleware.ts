import { defineMiddleware } from 'astro:middleware';
import { paths } from './lib/paths.ts';
import { isProblem } from './lib/problems.ts';

/**
 * What no page handles itself: who is not signed in goes to sign in and comes back; what is missing is a 404; anything
 * else is a bug or an outage, is logged and tells the visitor its number.
 */
export const onRequest = defineMiddleware(async (context, next) => {
  try {
    return await next();
  } catch (error) {
    if (!isProblem(error)) return failed(context.locals, error);
    const here = context.url.pathname + context.url.search;
    if (error.status === 401) return context.redirect(paths.signIn(here), 303);
    if (error.status === 404 || error.status === 403) return new Response(null, { status: 404 });
    return failed(context.locals, error);
  }
});

/** An empty answer of this status is filled with the 500 page. */
function failed(locals: App.Locals, error: unknown): Response {
  locals.report(error);
  return new Response(null, { status: 500 });
}
