import { paths } from './paths.ts';

/** The five places of the shop: tab bar on a phone, top navigation on a desk. */
export const tabs = [
  { key: 'home', icon: 'home', href: (county?: number) => paths.home(county) },
  { key: 'categories', icon: 'grid', href: (county?: number) => paths.categories(county) },
  { key: 'villages', icon: 'village', href: (county?: number) => paths.villages(county) },
  { key: 'cart', icon: 'cart', href: () => paths.cart() },
  { key: 'me', icon: 'me', href: () => paths.me() },
] as const;
