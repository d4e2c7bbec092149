import type { Module } from '#platform/module.ts';
import { catalogInvariants } from './catalog.invariants.ts';
import { catalogRoutes } from './catalog.routes.ts';

export { listCategories, loadCategories } from './categories/categories.queries.ts';
export { categories } from './categories/categories.ts';
export { claimsWithoutCertificate } from './marks/marks.queries.ts';
export { pricesInForce, type ReferencePriceOf, referencePrice } from './prices/reference-price.queries.ts';
export { approveProduct } from './products/approve-product.ts';
export { followProduct } from './products/hide-product.ts';
export { productNames } from './products/product-names.queries.ts';
export { knowVariety, varietiesOf } from './products/varieties.queries.ts';
export { checkDigit, isInHouse } from './skus/gtin.ts';
export { countyOfGtin, type SkuBrief, skusById, skusOfProduct } from './skus/skus.queries.ts';

/** What is sold, at what price, and what the produce costs at the farm gate. */
export const catalogModule: Module = {
  name: 'catalog',
  routes: catalogRoutes,
  invariants: catalogInvariants,
};
