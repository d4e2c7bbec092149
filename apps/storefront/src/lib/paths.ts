/** Every link of the shop is built here, so that a moved page is a change of one line. */
type Query = Record<string, string | number | boolean | undefined>;

function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '' && value !== false) search.set(name, String(value));
  return search.size > 0 ? `${path}?${search}` : path;
}

export const paths = {
  home: (county?: number) => (county ? `/county/${county}` : '/'),
  counties: () => '/counties',
  search: (query: { q?: string; county?: number; category?: string; page?: number }) => withQuery('/search', query),
  categories: (county?: number) => withQuery('/categories', { county }),
  category: (code: string, query: { county?: number; page?: number } = {}) => withQuery(`/category/${code}`, query),
  notices: (county: number) => `/notices/${county}`,
  product: (county: number, id: string) => `/product/${county}/${id}`,
  villages: (county?: number) => withQuery('/villages', { county }),
  village: (code: string) => `/village/${code}`,
  projects: (query: { county?: number; show?: string } = {}) => withQuery('/projects', query),
  project: (county: number, id: string) => `/projects/${county}/${id}`,
  back: (county: number, id: string, query: { tier?: string; n?: number; address?: string } = {}) =>
    withQuery(`/projects/${county}/${id}/back`, query),
  projectNews: (county: number, id: string, query: { page?: number } = {}) =>
    withQuery(`/projects/${county}/${id}/news`, query),
  pledges: (query: { page?: number } = {}) => withQuery('/me/pledges', query),
  pledge: (county: number, id: string, query: { done?: string } = {}) =>
    withQuery(`/me/pledges/${county}/${id}`, query),
  cart: () => '/cart',
  checkout: (query: { lines?: string; address?: string } = {}) => withQuery('/checkout', query),
  coupons: (query: { county?: number } = {}) => withQuery('/coupons', query),
  pay: (checkout: string) => `/pay/${checkout}`,
  orders: (query: { show?: string; page?: number } = {}) => withQuery('/orders', query),
  order: (county: number, id: string) => `/orders/${county}/${id}`,
  askAfterSale: (county: number, order: string, query: { kind?: string } = {}) =>
    withQuery(`/after-sale/${county}/${order}`, query),
  cases: (query: { page?: number } = {}) => withQuery('/cases', query),
  case: (county: number, id: string, query: { done?: string } = {}) => withQuery(`/cases/${county}/${id}`, query),
  invoices: (county: number, order: string, query: { done?: string; org?: string } = {}) =>
    withQuery(`/invoices/${county}/${order}`, query),
  trace: () => '/trace',
  pack: (gtin: string, lot: string, serial: string) =>
    `/01/${gtin}/10/${encodeURIComponent(lot)}/21/${encodeURIComponent(serial)}`,
  tellPlace: (gtin: string, lot: string, serial: string) => withQuery('/trace/place', { gtin, lot, serial }),
  certificate: (code?: string) => (code ? `/certificates/${encodeURIComponent(code)}` : '/certificates'),
  unit: (sscc: string) => `/00/${sscc}`,
  lot: (gtin: string, lot: string) => `/01/${gtin}/10/${encodeURIComponent(lot)}`,
  signIn: (next?: string) => withQuery('/sign-in', { next }),
  me: () => '/me',
  household: () => '/me/household',
  year: (year?: number) => (year ? `/me/year?year=${year}` : '/me/year'),
  showLine: (county: number, entry: string) => withQuery('/me/show', { county, entry }),
  verify: () => '/verify',
  verifyOrder: (county: number, order: string) => `/verify#order=${county}/${order}`,
  addresses: () => '/addresses',
  addressForm: (query: { id?: string; next?: string } = {}) => withQuery('/addresses/form', query),
};

/** A path inside the shop to go on to after signing in or saving; anything else falls back, so no link leads outside. */
export function safeNext(next: string | null | undefined, fallback: string): string {
  // Browsers take a backslash for a slash, and leave out tabs and line ends wherever they stand.
  return next && /^\/(?!\/)[^\\\p{Cc}]*$/u.test(next) ? next : fallback;
}
