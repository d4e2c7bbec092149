import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '#platform/context.ts';
import { sameSignature } from '#platform/secrets.ts';

const NAME = 'cart';
/** How long a guest's cart is remembered after it was last changed. */
export const CART_DAYS = 60;

/** The guest cart a request brings, when its cookie bears our signature. */
export function readCartCookie(at: Context, request: FastifyRequest): string | null {
  const [id = '', signature = ''] = (request.cookies[NAME] ?? '').split('.');
  return sameSignature(Buffer.from(signature, 'base64url'), at.sealer.sign('cart', id)) ? id : null;
}

/** Gives a guest the cookie of a cart, or takes it back once the cart is a member's. */
export function writeCartCookie(at: Context, reply: FastifyReply, cart: string | null): void {
  const options = {
    path: '/',
    httpOnly: true,
    sameSite: 'lax' as const,
    secure: at.publicUrl.startsWith('https:'),
  };
  if (cart === null) reply.clearCookie(NAME, options);
  else {
    const value = `${cart}.${at.sealer.sign('cart', cart).toString('base64url')}`;
    reply.setCookie(NAME, value, { ...options, maxAge: CART_DAYS * 86_400 });
  }
}
