import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import { pictureName } from '#platform/files.ts';
import type { County } from '#platform/ids.ts';

/** A picture's address without its width: `-320.webp`, `-800.webp` and `-1600.webp` follow. */
export const pictureBase = (sha256: string): string => `/files/${pictureName(sha256, 320).replace(/-320\.webp$/, '')}`;

export interface ProductPicture {
  file: string;
  base: string;
  altZh: string;
  width: number;
  height: number;
}

/** Pictures by product, each in its order. */
export async function picturesOf(
  db: Db,
  county: County,
  products: readonly string[],
): Promise<Map<string, ProductPicture[]>> {
  if (products.length === 0) return new Map();
  const { rows } = await sql<{
    product: string;
    file: string;
    sha256: string;
    alt_zh: string;
    width: number;
    height: number;
  }>`
    select pic.product, pic.file, f.sha256, pic.alt_zh, f.width, f.height
      from catalog.product_picture pic
      join platform.file f on f.county = pic.county and f.id = pic.file
     where pic.county = ${county} and pic.product = any(${products as string[]}::uuid[])
     order by pic.product, pic.position`.execute(db);
  return Map.groupBy(
    rows.map(({ sha256, alt_zh, ...row }) => ({ ...row, base: pictureBase(sha256), altZh: alt_zh })),
    (row) => row.product,
  );
}
