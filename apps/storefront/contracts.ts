import { benefit } from '#benefit/contract';
import { catalog } from '#catalog/contract';
import { fulfilment } from '#fulfilment/contract';
import { insight } from '#insight/contract';
import type { ClientOf } from '#platform/http/client.ts';
import { presale } from '#presale/contract';
import { registry } from '#registry/contract';
import { trace } from '#trace/contract';
import { trade } from '#trade/contract';

/** The API as buyers' pages see it. */
export const contracts = { registry, catalog, trace, trade, fulfilment, presale, benefit, insight };

export type ShopClient = ClientOf<typeof contracts>;
type AnswersOf<M> = { [R in keyof M]: M[R] extends (...args: never[]) => Promise<infer A> ? A : never };
/** What each route answers: `Answers['trade']['cart']`. */
export type Answers = { [K in keyof ShopClient]: AnswersOf<ShopClient[K]> };
