import type { Tx } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { productChanged } from './product-changed.ts';
import { type ProductState, productMoves } from './product-states.ts';
import type { ProductRow } from './products.queries.ts';

/** Moves a locked product along the graph and writes down who, when and why; who calls has looked whether it may. */
export async function writeMove(
  tx: Tx,
  product: Pick<ProductRow, 'county' | 'id' | 'state'>,
  to: ProductState,
  said: { reason: string | null; by: string; at: Date },
): Promise<void> {
  const { county, id, state } = product;
  productMoves.require(state, to);
  await tx
    .updateTable('catalog.product')
    .set({ state: to })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
  await tx
    .insertInto('catalog.product_move')
    .values({
      ...{ county, id: newId(), product: id, from_state: state, to_state: to },
      ...{ reason: said.reason, by_person: said.by, at: said.at },
    })
    .execute();
  await productChanged(tx, county, id, said.at);
}
