import type { Order } from '../../api/answers.ts';

/** What a line of an order is called; in Chinese where nobody has translated it. */
export const goodsWords = (line: Pick<Order['lines'][number], 'name' | 'skuName' | 'nameEn' | 'skuNameEn'>) => ({
  zh: `${line.name} ${line.skuName}`,
  en: `${line.nameEn || line.name} ${line.skuNameEn || line.skuName}`,
});
