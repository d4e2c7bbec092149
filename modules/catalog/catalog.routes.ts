import type { FastifyInstance } from 'fastify';
import { sellersRead } from '#platform/actor.ts';
import { dayOf, monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { fileIn } from '#platform/http/file-in.ts';
import { serve } from '#platform/http/serve.ts';
import { cropsByCode, personNames } from '#registry';
import { listCategories } from './categories/categories.queries.ts';
import { catalog } from './contract.ts';
import { serveMarks } from './marks/marks.routes.ts';
import { pricesInForce } from './prices/reference-price.queries.ts';
import { setReferencePrice } from './prices/set-reference-price.ts';
import { addPicture } from './products/add-picture.ts';
import { addProduct } from './products/add-product.ts';
import { changeProduct } from './products/change-product.ts';
import { moveProduct } from './products/move-product.ts';
import type { ProductState } from './products/product-states.ts';
import { productCards, productForBuyer, productsWhole, productWhole } from './products/product-views.ts';
import {
  findProduct,
  findProductOnSale,
  listProducts,
  movesOf,
  type ProductFilter,
} from './products/products.queries.ts';
import { removePicture } from './products/remove-picture.ts';
import { varietiesOf } from './products/varieties.queries.ts';
import { refuse } from './refuse.ts';
import { searchQuery } from './search/search-text.ts';
import { segmenterFor } from './search/segmenter.ts';
import { addSku } from './skus/add-sku.ts';
import { changeSku } from './skus/change-sku.ts';

export function catalogRoutes(app: FastifyInstance, at: Context): void {
  const { db } = at;
  const month = () => Number(monthOf(at.clock.now()).slice(5));

  serve(app, catalog.categories, () => listCategories(db));
  serve(app, catalog.products, async ({ query }) => {
    const { page = 1, size = 20, county, category, village } = query;
    const search = await searchOf(query.q);
    if (search === null) return { rows: [], total: 0, page, size };
    const sort: ProductFilter['sort'] = query.sort ?? (search === undefined ? 'season' : 'rank');
    const filter = { county, category, village, search, sort, month: month(), page, size };
    const { rows, total } = await listProducts(db, { ...filter, state: 'on_sale' });
    return { rows: await productCards(db, rows), total, page, size };
  });
  serve(app, catalog.product, async ({ params }) =>
    productForBuyer(db, await findProductOnSale(db, params.county, params.id)),
  );

  serve(app, catalog.catalogProducts, async ({ by, params, query }) => {
    const { page = 1, size = 20, org } = query;
    const search = await searchOf(query.q);
    if (search === null) return { rows: [], total: 0, page, size };
    const sort = search === undefined ? ('new' as const) : ('rank' as const);
    const state = query.state as ProductState | undefined;
    const reading = sellersRead(by, params.county);
    const filter = {
      ...{ county: params.county, state, org, orgs: reading === 'all' ? undefined : reading, search },
      ...{ sort, month: month(), page, size },
    };
    const { rows, total } = await listProducts(db, filter);
    return { rows: await productsWhole(db, rows), total, page, size };
  });
  serve(app, catalog.catalogProduct, async ({ by, params: { county, id } }) => {
    const product = await productWhole(db, await findProduct(db, county, id));
    const reading = sellersRead(by, county);
    if (reading !== 'all' && !reading.includes(product.org)) throw refuse('product-not-found');
    const moves = await movesOf(db, county, id, product.state);
    const names = await personNames(
      db,
      moves.flatMap((move) => move.by_person ?? []),
    );
    return {
      product,
      moves: moves.map((move) => ({
        id: move.id,
        from: move.from_state as ProductState,
        to: move.to_state as ProductState,
        reason: move.reason,
        byName: (move.by_person && names.get(move.by_person)) ?? null,
        at: move.at,
      })),
    };
  });
  serve(app, catalog.addProduct, ({ by, params, body, key }) =>
    addProduct(at, by, { county: params.county, product: body }, key),
  );
  serve(app, catalog.changeProduct, ({ by, params, body, key }) =>
    changeProduct(at, by, { ...params, product: body }, key),
  );
  serve(app, catalog.moveProduct, ({ by, params, body, key }) => moveProduct(at, by, { ...params, ...body }, key));
  serve(app, catalog.addPicture, async ({ by, params, request, key }) => {
    return addPicture(at, by, { ...params, bytes: await fileIn(request, () => refuse('file-missing')) }, key);
  });
  serve(app, catalog.removePicture, ({ by, params, key }) => removePicture(at, by, params, key));
  serve(app, catalog.addSku, ({ by, params, body, key }) =>
    addSku(at, by, { county: params.county, product: params.id, sku: body }, key),
  );
  serve(app, catalog.changeSku, ({ by, params, body, key }) =>
    changeSku(at, by, { county: params.county, product: params.id, id: params.sku, sku: body }, key),
  );

  serveMarks(app, at);

  serve(app, catalog.varieties, ({ params, query }) => varietiesOf(db, params.county, query.crop));
  serve(app, catalog.referencePrices, async ({ params, query }) => {
    const rows = await pricesInForce(db, params.county, query.day ?? dayOf(at.clock.now()), query.crop);
    const crops = await cropsByCode(db);
    return rows.map((row) => ({
      crop: row.crop,
      cropName: crops.get(row.crop)?.nameZh ?? row.crop,
      grade: row.grade,
      day: row.day,
      fenPerKg: row.fen_per_kg,
      floorFenPerKg: row.floor_fen_per_kg,
      source: row.source,
    }));
  });
  serve(app, catalog.setReferencePrice, ({ by, params, body }) =>
    setReferencePrice(at, by, { county: params.county, ...body }),
  );

  /** undefined: nothing asked; null: asked for something that no product can be found by. */
  async function searchOf(q: string | undefined): Promise<string | undefined | null> {
    if (q === undefined || q.trim() === '') return undefined;
    return searchQuery(q, await segmenterFor(db));
  }
}
