import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { trade } from '../contract.ts';
import { addPromotion, checkPromotion } from './add-promotion.ts';
import { addCouponTemplate, endCouponTemplate, templatePage } from './coupon-templates.ts';
import { endPromotion } from './end-promotion.ts';
import { joinMembership, leaveMembership, memberships } from './membership.ts';
import { couponsToTake, myCoupons } from './my-coupons.ts';
import { productOffers } from './product-offers.ts';
import { promotionPage } from './promotion-views.ts';
import { setSkuPrices } from './set-sku-prices.ts';
import { setSkuTerms } from './set-sku-terms.ts';
import { giveCoupons, takeCoupon } from './take-coupon.ts';

export function pricesRoutes(app: FastifyInstance, at: Context): void {
  const now = () => at.clock.now();
  serve(app, trade.productOffers, ({ by, params }) => productOffers(at.db, now(), by, params.county, params.id));
  serve(app, trade.setSkuTerms, ({ by, params, body }) => setSkuTerms(at, by, { ...params, ...body }));
  serve(app, trade.setSkuPrices, ({ by, params, body }) => setSkuPrices(at, by, { ...params, ...body }));

  serve(app, trade.promotions, ({ by, params, query }) => promotionPage(at.db, now(), by, params.county, query));
  serve(app, trade.checkPromotion, ({ by, params, body }) => checkPromotion(at, by, { ...params, ...body }));
  serve(app, trade.addPromotion, ({ by, params, body, key }) => addPromotion(at, by, { ...params, ...body }, key));
  serve(app, trade.endPromotion, ({ by, params, key }) => endPromotion(at, by, params, key));

  serve(app, trade.couponTemplates, ({ by, params, query }) => templatePage(at.db, by, params.county, query));
  serve(app, trade.addCouponTemplate, ({ by, params, body, key }) =>
    addCouponTemplate(at, by, { ...params, ...body }, key),
  );
  serve(app, trade.endCouponTemplate, ({ by, params, key }) => endCouponTemplate(at, by, params, key));
  serve(app, trade.giveCoupons, ({ by, params, body, key }) => giveCoupons(at, by, { ...params, ...body }, key));
  serve(app, trade.couponsToTake, ({ by, query }) => couponsToTake(at.db, now(), by, query.county));
  serve(app, trade.takeCoupon, ({ by, params, key }) => takeCoupon(at, by, params, key));
  serve(app, trade.myCoupons, ({ by }) => myCoupons(at.db, now(), by));

  serve(app, trade.memberships, ({ by }) => memberships(at.db, by));
  serve(app, trade.joinMembership, async ({ by, params }) => {
    await joinMembership(at, by, params.county);
    return undefined;
  });
  serve(app, trade.leaveMembership, async ({ by, params }) => {
    await leaveMembership(at, by, params.county);
    return undefined;
  });
}
