import type { Insertable } from 'kysely';
import type { CatalogCategory } from '#platform/database/tables.ts';

/** The shop's shelves, the same in every county, so that a buyer finds honey in the same place everywhere. */
export const categories: readonly Insertable<CatalogCategory>[] = [
  shelf('nut', '坚果', 'Nuts', 'walnut', 10),
  shelf('fruit', '鲜果', 'Fruit', 'pear', 20),
  shelf('honey', '蜂蜜', 'Honey', 'honey', 30),
  shelf('tea', '茶与花', 'Tea and flowers', 'jasmine', 40),
  shelf('grain', '米面杂粮', 'Rice and grains', 'millet', 50),
  shelf('oil', '粮油', 'Oil', 'camellia-oil', 60),
  shelf('mushroom', '山珍菌菇', 'Mushrooms', 'shiitake', 70),
  shelf('spice', '花椒调味', 'Spices', 'sichuan-pepper', 80),
  shelf('vegetable', '蔬菜薯类', 'Vegetables', 'corn', 90),
  shelf('egg', '禽蛋', 'Eggs', 'egg', 100),
  shelf('kitchen', '农家作坊', 'Farm kitchen', 'pear-syrup', 110),
];

function shelf(
  code: string,
  nameZh: string,
  nameEn: string,
  picture: string,
  position: number,
): Insertable<CatalogCategory> {
  return { code, parent: null, name_zh: nameZh, name_en: nameEn, picture, position };
}
