import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { OnceKey } from '#platform/db.ts';
import { serve } from '#platform/http/serve.ts';
import { trade } from '../contract.ts';
import type { CartLine } from './cart.queries.ts';
import { readCartCookie, writeCartCookie } from './cart-cookie.ts';
import { cartView } from './cart-view.ts';
import { changeCart, findCart } from './change-cart.ts';

interface Call {
  by: Caller;
  request: FastifyRequest;
  reply: FastifyReply;
}

export function cartRoutes(app: FastifyInstance, at: Context): void {
  serve(app, trade.cart, async (call) => cartView(at.db, at.clock.now(), await cartOf(at, call)));
  serve(app, trade.setCartLine, async (call) => change(at, call, { ...call.body, add: false }, call.key));
  serve(app, trade.addToCart, async (call) => change(at, call, { ...call.body, add: true }, call.key));
}

async function cartOf(at: Context, { by, request, reply }: Call): Promise<string | undefined> {
  const { cart, merged } = await findCart(at, { by, cookie: readCartCookie(at, request) });
  if (merged) writeCartCookie(at, reply, null);
  return cart;
}

async function change(at: Context, call: Call, line: CartLine & { add: boolean }, key: OnceKey | null) {
  const cart = await changeCart(at, await cartOf(at, call), call.by, line, key);
  if (call.by.person === null) writeCartCookie(at, call.reply, cart);
  return cartView(at.db, at.clock.now(), cart);
}
