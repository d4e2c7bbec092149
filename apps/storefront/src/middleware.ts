import { defineMiddleware } from 'astro:middleware';
import { paths } from './lib/paths.ts';
import { isProblem } from './lib/problems.ts';

/** What no page handles itself: who is not signed in goes to sign in and comes back; what is missing is a 404. */
export const onRequest = defineMiddleware(async (context, next) => {
  try {
    return await next();
  } catch (error) {
    if (!isProblem(error)) throw error;
    const here = context.url.pathname + context.url.search;
    if (error.status === 401) return context.redirect(paths.signIn(here), 303);
    if (error.status === 404 || error.status === 403) return new Response(null, { status: 404 });
    throw error;
  }
});
