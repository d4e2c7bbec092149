// The door of catalog: what is sold, at what price, and what the produce costs at the farm gate.
export { type ReferencePriceOf, referencePrice } from './prices/reference-price.queries.ts';
export { productNames } from './products/product-names.queries.ts';
export { countyOfGtin, type SkuBrief, skusById } from './skus/skus.queries.ts';
