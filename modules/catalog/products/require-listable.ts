import { sql } from 'kysely';
import { dayOf } from '#platform/clock.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { requireHonest } from '#registry';
import { requireHonestClaims } from '../marks/set-claims.ts';
import { refuse } from '../refuse.ts';
import type { ProductRow } from './products.queries.ts';

/**
 * Whether a product can be reviewed or sold: its seller is not on the list, there is something to buy and to see, and it
 * claims no mark without a certificate.
 *
 * @throws Refusal `operator-dishonest` | `product-needs-sku` | `product-needs-picture` | `claim-without-certificate` |
 *   `words-claim-mark`
 */
export async function requireListable(tx: Tx, product: ProductRow, now: Date): Promise<void> {
  await requireHonest(tx, product.county, product.org, now);
  await requireShowable(tx, product.county, product.id);
  await requireHonestClaims(tx, product, dayOf(now));
}

async function requireShowable(tx: Tx, county: County, id: string): Promise<void> {
  const { rows } = await sql<{ sku: boolean; picture: boolean }>`
    select exists (select from catalog.sku where county = ${county} and product = ${id}) as sku,
           exists (select from catalog.product_picture where county = ${county} and product = ${id}) as picture`.execute(
    tx,
  );
  if (!rows[0]?.sku) throw refuse('product-needs-sku');
  if (!rows[0].picture) throw refuse('product-needs-picture');
}
