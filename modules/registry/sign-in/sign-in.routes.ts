import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { registry } from '../contract.ts';
import { askPhoneCode } from './ask-phone-code.ts';
import { forgetSession } from './identify.ts';
import { confirmTotp, startTotp } from './one-time-codes.ts';
import { signInOf } from './sign-in.ts';
import { signInByPassword } from './sign-in-by-password.ts';
import { signInByPhone } from './sign-in-by-phone.ts';
import { whoAmI } from './who-am-i.ts';

export function signInRoutes(app: FastifyInstance, at: Context): void {
  serve(app, registry.askPhoneCode, ({ body }) => askPhoneCode(at, body));

  serve(app, registry.signInByPhone, async ({ body, reply }) => {
    const { by, headers } = await signInByPhone(at, body);
    passCookies(headers, reply);
    return whoAmI(at, by);
  });

  serve(app, registry.signInByPassword, async ({ body, reply }) => {
    const { by, headers } = await signInByPassword(at, body);
    passCookies(headers, reply);
    return whoAmI(at, by);
  });

  serve(app, registry.signOut, async ({ request, reply }) => {
    const { headers } = await signInOf(at).api.signOut({ headers: sessionHeaders(request), returnHeaders: true });
    forgetSession(at, request);
    passCookies(headers, reply);
    return undefined;
  });

  serve(app, registry.me, async ({ by, request, reply }) => {
    if (by.person === null) return null;
    // Lengthens a session that is in use; other requests leave it alone.
    const { headers } = await signInOf(at).api.getSession({ headers: sessionHeaders(request), returnHeaders: true });
    passCookies(headers, reply);
    return whoAmI(at, by);
  });

  serve(app, registry.startTotp, ({ by, body, request }) => startTotp(at, by, body, sessionHeaders(request)));

  serve(app, registry.confirmTotp, async ({ by, body, request, reply }) => {
    const headers = await confirmTotp(at, by, body, sessionHeaders(request));
    forgetSession(at, request);
    passCookies(headers, reply);
    return whoAmI(at, by);
  });
}

const sessionHeaders = (request: FastifyRequest) => new Headers({ cookie: request.headers.cookie ?? '' });

function passCookies(from: Headers, to: FastifyReply): void {
  for (const cookie of from.getSetCookie()) to.header('set-cookie', cookie);
}
