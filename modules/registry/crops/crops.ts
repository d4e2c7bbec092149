import type { Insertable } from 'kysely';
import type { RegistryCrop } from '#platform/database/tables.ts';
import type { ProduceKind } from './produce-kinds.ts';

/**
 * What households grow, and the most that a mu or a tree gives in a very good year. The figures are upper bounds set
 * by us from what growers' handbooks call high yields, rounded up: they stop a slipped decimal point and produce that
 * was bought elsewhere, they do not forecast. For honey, `trees` counts colonies of bees. `produce` says
 * what kind of produce it is, by which the rule on the lot certificate goes (trace, certificate-rules.ts). What is made
 * of a crop (oil, kernels) stands here as well, with no yield: lots and goods are of it, and nobody grows it.
 */
export const crops: readonly Insertable<RegistryCrop>[] = [
  crop('walnut', '核桃', 'Walnut', { mu: 400, tree: 40, produce: 'nut', days: 365 }),
  crop('pepper', '花椒', 'Sichuan pepper', { mu: 300, tree: 8, produce: 'spice', days: 540 }),
  crop('pear', '梨', 'Pear', { mu: 4000, tree: 150, produce: 'fruit', days: 120 }),
  crop('apple', '苹果', 'Apple', { mu: 5000, tree: 200, produce: 'fruit', days: 150 }),
  crop('navel_orange', '脐橙', 'Navel orange', { mu: 4000, tree: 100, produce: 'fruit', days: 60 }),
  crop('passion_fruit', '百香果', 'Passion fruit', { mu: 3000, tree: 40, produce: 'fruit', days: 20 }),
  crop('jasmine', '茉莉花', 'Jasmine flowers', { mu: 1500, produce: 'flower', days: 540 }),
  crop('tea', '茶青', 'Tea leaves', { mu: 1200, produce: 'tea_leaf', days: 540 }),
  crop('buckwheat', '苦荞', 'Tartary buckwheat', { mu: 300, produce: 'grain', days: 540 }),
  crop('rice', '稻谷', 'Rice', { mu: 900, produce: 'grain', days: 365 }),
  crop('tea_oil_seed', '油茶籽', 'Tea-oil seed', { mu: 400, tree: 12, produce: 'oil_seed', days: 540 }),
  crop('sweet_potato', '红薯', 'Sweet potato', { mu: 4000, produce: 'vegetable', days: 120 }),
  crop('potato', '土豆', 'Potato', { mu: 4000, produce: 'vegetable', days: 120 }),
  crop('chilli', '辣椒', 'Chilli', { mu: 4000, produce: 'vegetable', days: 365 }),
  crop('mushroom', '食用菌', 'Mushrooms', { mu: 8000, produce: 'vegetable', days: 365 }),
  crop('honey', '蜂蜜', 'Honey', { tree: 30, produce: 'honey', days: 730 }),
  crop('egg', '鸡蛋', 'Eggs', { mu: 3000, produce: 'egg', days: 30 }),
  crop('walnut_kernel', '核桃仁', 'Walnut kernels', { produce: 'processed', days: 240 }),
  crop('walnut_oil', '核桃油', 'Walnut oil', { produce: 'processed', days: 540 }),
  crop('tea_oil', '山茶油', 'Tea-seed oil', { produce: 'processed', days: 540 }),
  crop('milled_rice', '大米', 'Milled rice', { produce: 'processed', days: 365 }),
  crop('made_tea', '毛茶', 'Made tea', { produce: 'processed', days: 540 }),
  crop('dried_chilli', '干辣椒', 'Dried chilli', { produce: 'processed', days: 540 }),
  crop('dried_mushroom', '干菌', 'Dried mushrooms', { produce: 'processed', days: 540 }),
  crop('sweet_potato_starch', '红薯淀粉', 'Sweet-potato starch', { produce: 'processed', days: 540 }),
];

function crop(
  code: string,
  nameZh: string,
  nameEn: string,
  of: { mu?: number; tree?: number; produce: ProduceKind; days: number },
): Insertable<RegistryCrop> {
  return {
    code,
    name_zh: nameZh,
    name_en: nameEn,
    grams_per_mu: of.mu ? of.mu * 1000 : null,
    grams_per_tree: of.tree ? of.tree * 1000 : null,
    produce: of.produce,
    shelf_life_days: of.days,
  };
}
