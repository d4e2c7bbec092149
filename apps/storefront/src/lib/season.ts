const monthInShanghai = new Intl.DateTimeFormat('en', { month: 'numeric', timeZone: 'Asia/Shanghai' });

/**
 * Whether a product is harvested in the month of a moment, as the calendar in Shanghai has it. What comes all year, as
 * eggs do, has no season.
 */
export const isInSeason = (product: { harvestMonths: readonly number[] }, at: Date): boolean =>
  product.harvestMonths.length < 12 && product.harvestMonths.includes(Number(monthInShanghai.format(at)));
