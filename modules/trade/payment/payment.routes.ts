import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { Refusal } from '#platform/errors.ts';
import { serve } from '#platform/http/serve.ts';
import { trade } from '../contract.ts';
import { askRefundAgain } from './ask-refund-again.ts';
import { orderMoney } from './order-money.ts';
import { askMine, paymentQr, paySight } from './pay-sight.ts';
import { askAgain, noticesPage, paymentsPage, paymentView } from './payment-browser.ts';
import type { NoticeReply } from './payment-port.ts';
import { providerNamed, providersOf } from './providers.ts';
import { receiveNotice } from './receive-notice.ts';
import { readBrowser, writeBrowser } from './wechat/browser-cookie.ts';
import { beginWechatSignIn, takeWechatCode } from './wechat/wechat-sign-in.ts';

export function paymentRoutes(app: FastifyInstance, at: Context): void {
  serve(app, trade.paymentWays, () =>
    providersOf(at).map(({ name, sandbox, methods }) => ({ provider: name, sandbox, methods: [...methods] })),
  );

  serve(app, trade.askRefundAgain, ({ params, key }) => askRefundAgain(at, params, key));
  serve(app, trade.paySight, ({ by, params }) => paySight(at, by, params.id));
  serve(app, trade.beginWechatSignIn, async ({ by, params, reply }) => {
    const { url, browser } = await beginWechatSignIn(at, by, params.id);
    writeBrowser(at, reply, browser);
    return { url };
  });
  serve(app, trade.takeWechatCode, async ({ by, params, body, request, reply }) => {
    const browser = readBrowser(request);
    writeBrowser(at, reply, null);
    await takeWechatCode(at, by, { checkout: params.id, ...body, browser });
  });
  serve(app, trade.askMine, ({ by, params }) => askMine(at, by, params.id));
  serve(app, trade.paymentQr, async ({ by, params, reply }) => {
    const svg = await paymentQr(at.db, by, params.id);
    reply.header('cache-control', 'private, no-store').type('image/svg+xml').send(svg);
    return undefined;
  });
  serve(app, trade.orderMoney, ({ by, params }) => orderMoney(at, by, params.county, params.id));
  serve(app, trade.payments, ({ params, query }) => paymentsPage(at.db, params.county, query));
  serve(app, trade.payment, ({ params }) => paymentView(at.db, params.county, params.id));
  serve(app, trade.askAgain, async ({ params }) => ({
    ...(await askAgain(at, params.county, params.id)),
    payment: await paymentView(at.db, params.county, params.id),
  }));
  serve(app, trade.notices, ({ params, query }) => noticesPage(at.db, params.county, query));

  serve(app, trade.paymentNotice, async ({ params, body, request, reply }) => {
    const { replies } = providerNamed(at, params.provider);
    // Set as it is: the provider's own words are not what the contract's answer is written as.
    const say = (said: NoticeReply) => reply.code(said.status).type(said.type).serializer(String).send(said.body);
    try {
      await receiveNotice(at, { provider: params.provider, raw: body, headers: request.headers });
      if (replies) say(replies.stored);
    } catch (error) {
      if (!replies) throw error;
      if (!(error instanceof Refusal)) request.log.error({ err: error }, 'a notice could not be applied');
      say(
        error instanceof Refusal ? replies.failed(error.text.status, error.say('zh')) : replies.failed(500, '请重发'),
      );
    }
    return { code: 'SUCCESS' };
  });
}
