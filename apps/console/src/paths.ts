/**
 * Every link of the console is made here. The URL is the state: county, screen, filters, page and the
 * open row; so a link can be sent to a colleague and the back button does what people expect.
 */

type Search = Record<string, string | number | boolean | undefined>;

/** Appends the set parts of `search`, in a stable order, leaving out what is empty. */
export function withSearch(path: string, search: Search = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== '' && value !== false) params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

/** What every list screen keeps in the URL. */
type ListSearch = {
  /** words typed in the search box */
  q?: string;
  /** first page is 1 and is left out */
  page?: number;
  size?: number;
  /** column key, 「-」 before it for descending */
  sort?: string;
};

export type Section =
  | 'overview'
  | 'station'
  | 'households'
  | 'organisations'
  | 'agreements'
  | 'work'
  | 'payrolls'
  | 'dividends'
  | 'insurance'
  | 'subsidies'
  | 'aid-tests'
  | 'market-prices'
  | 'dishonest'
  | 'samples'
  | 'my-checks'
  | 'double-claims'
  | 'pairings'
  | 'plots'
  | 'pesticides'
  | 'products'
  | 'prices'
  | 'lots'
  | 'recalls'
  | 'certificates'
  | 'reports'
  | 'marks'
  | 'stories'
  | 'disputes'
  | 'code-alerts'
  | 'events'
  | 'subscriptions'
  | 'notes'
  | 'stock'
  | 'orders'
  | 'packing'
  | 'projects'
  | 'promotions'
  | 'cases'
  | 'refunds'
  | 'invoices'
  | 'after-sale-rules'
  | 'payments'
  | 'notices'
  | 'remittances'
  | 'reconcile-cases'
  | 'cash'
  | 'statements'
  | 'rules'
  | 'payouts'
  | 'payees'
  | 'owed'
  | 'hand-outs'
  | 'devices'
  | 'note-conflicts'
  | 'ledger'
  | 'books'
  | 'benefit'
  | 'figures'
  | 'my-households'
  | 'access-log';

const part = (value: string | number) => encodeURIComponent(String(value));

export const paths = {
  home: () => '/',
  unlock: (back?: string) => withSearch('/unlock', { back }),
  signIn: (back?: string) => withSearch('/sign-in', { back }),
  me: () => '/me',
  counties: () => '/counties',

  section: (county: number, section: Section, search?: Search) => withSearch(`/${part(county)}/${section}`, search),

  overview: (county: number, search?: { from?: string; to?: string }) =>
    withSearch(`/${part(county)}/overview`, search),

  station: (county: number) => `/${part(county)}/station`,
  weighIn: (
    county: number,
    search?: { station?: string; household?: string; crop?: string; step?: string; plot?: string },
  ) => withSearch(`/${part(county)}/station/weigh`, search),
  notes: (county: number, search?: ListSearch & NoteSearch) => withSearch(`/${part(county)}/notes`, search),
  note: (county: number, id: string) => `/${part(county)}/notes/${part(id)}`,

  households: (county: number, search?: ListSearch & HouseholdSearch) =>
    withSearch(`/${part(county)}/households`, search),
  newHousehold: (county: number) => `/${part(county)}/households/new`,
  household: (county: number, id: string, search?: { tab?: string }) =>
    withSearch(`/${part(county)}/households/${part(id)}`, search),
  editHousehold: (county: number, id: string) => `/${part(county)}/households/${part(id)}/edit`,

  plots: (county: number, search?: ListSearch & { village?: string; crop?: string; state?: string }) =>
    withSearch(`/${part(county)}/plots`, search),
  newPlot: (county: number, search?: { household?: string; org?: string }) =>
    withSearch(`/${part(county)}/plots/new`, search),
  plot: (county: number, id: string) => `/${part(county)}/plots/${part(id)}`,
  editPlot: (county: number, id: string) => `/${part(county)}/plots/${part(id)}/edit`,
  plotWork: (county: number, id: string) => `/${part(county)}/plots/${part(id)}/work`,
  pesticides: (county: number, search?: { crop?: string }) => withSearch(`/${part(county)}/pesticides`, search),

  organisations: (county: number, search?: ListSearch & { kind?: string }) =>
    withSearch(`/${part(county)}/organisations`, search),
  newOrganisation: (county: number) => `/${part(county)}/organisations/new`,
  organisation: (county: number, id: string) => `/${part(county)}/organisations/${part(id)}`,
  agreements: (county: number, search?: ListSearch & { kind?: string; state?: string }) =>
    withSearch(`/${part(county)}/agreements`, search),
  aidTest: (county: number, product: string) => `/${part(county)}/aid-tests/${part(product)}`,
  sample: (county: number, id: string) => `/${part(county)}/samples/${part(id)}`,
  newAgreement: (county: number, search?: { project?: string }) =>
    withSearch(`/${part(county)}/agreements/new`, search),
  agreement: (county: number, id: string) => `/${part(county)}/agreements/${part(id)}`,
  changeAgreement: (county: number, id: string) => `/${part(county)}/agreements/${part(id)}/change`,
  work: (county: number) => `/${part(county)}/work`,
  payrolls: (county: number) => `/${part(county)}/payrolls`,
  payroll: (county: number, id: string) => `/${part(county)}/payrolls/${part(id)}`,
  subsidies: (county: number, search: Search = {}) => withSearch(`/${part(county)}/subsidies`, search),
  subsidy: (county: number, id: string) => `/${part(county)}/subsidies/${part(id)}`,
  dividends: (county: number) => `/${part(county)}/dividends`,
  dividend: (county: number, id: string) => `/${part(county)}/dividends/${part(id)}`,
  pairings: (county: number, search?: ListSearch & { household?: string }) =>
    withSearch(`/${part(county)}/pairings`, search),

  products: (county: number, search?: ListSearch & { state?: string; category?: string }) =>
    withSearch(`/${part(county)}/products`, search),
  newProduct: (county: number) => `/${part(county)}/products/new`,
  product: (county: number, id: string) => `/${part(county)}/products/${part(id)}`,
  prices: (county: number, search?: { day?: string; crop?: string }) => withSearch(`/${part(county)}/prices`, search),

  lots: (county: number, search?: ListSearch & LotSearch) => withSearch(`/${part(county)}/lots`, search),
  recalls: (county: number, search?: ListSearch & { state?: string }) => withSearch(`/${part(county)}/recalls`, search),
  reports: (county: number, search?: ListSearch & { lot?: string }) => withSearch(`/${part(county)}/reports`, search),
  recall: (county: number, id: string) => `/${part(county)}/recalls/${part(id)}`,
  lot: (county: number, id: string) => `/${part(county)}/lots/${part(id)}`,
  events: (county: number, search?: ListSearch & { type?: string; step?: string; source?: string }) =>
    withSearch(`/${part(county)}/events`, search),
  event: (county: number, eventId: string) => `/${part(county)}/events/${part(eventId)}`,
  codeAlerts: (county: number, search?: ListSearch & { state?: string; kind?: string; lot?: string }) =>
    withSearch(`/${part(county)}/code-alerts`, search),
  codeAlert: (county: number, id: string) => `/${part(county)}/code-alerts/${part(id)}`,
  pack: (county: number, search?: { lot?: string }) => withSearch(`/${part(county)}/pack`, search),
  stock: (county: number, search?: ListSearch & { sku?: string }) => withSearch(`/${part(county)}/stock`, search),

  orders: (county: number, search?: ListSearch & OrderSearch) => withSearch(`/${part(county)}/orders`, search),
  order: (county: number, id: string) => `/${part(county)}/orders/${part(id)}`,
  packing: (county: number, search?: { tab?: string }) => withSearch(`/${part(county)}/packing`, search),
  promotions: (county: number, search?: ListSearch & { state?: string }) =>
    withSearch(`/${part(county)}/promotions`, search),
  projects: (county: number, search?: ListSearch & { state?: string; org?: string }) =>
    withSearch(`/${part(county)}/projects`, search),
  newProject: (county: number) => `/${part(county)}/projects/new`,
  project: (county: number, id: string, search?: ListSearch & { delivery?: string; tier?: string }) =>
    withSearch(`/${part(county)}/projects/${part(id)}`, search),
  changeProject: (county: number, id: string) => `/${part(county)}/projects/${part(id)}/change`,
  cases: (county: number, search?: ListSearch & { state?: string; kind?: string; show?: string }) =>
    withSearch(`/${part(county)}/cases`, search),
  case: (county: number, id: string) => `/${part(county)}/cases/${part(id)}`,
  payments: (county: number, search?: ListSearch & { provider?: string; state?: string; day?: string }) =>
    withSearch(`/${part(county)}/payments`, search),
  payment: (county: number, id: string) => `/${part(county)}/payments/${part(id)}`,
  notices: (county: number, search?: ListSearch & { kind?: string; provider?: string; day?: string }) =>
    withSearch(`/${part(county)}/notices`, search),
  remittances: (county: number, search?: ListSearch & { state?: string }) =>
    withSearch(`/${part(county)}/remittances`, search),
  remittance: (county: number, id: string) => `/${part(county)}/remittances/${part(id)}`,
  reconcileCases: (county: number, search?: ListSearch & { state?: string; kind?: string; month?: string }) =>
    withSearch(`/${part(county)}/reconcile-cases`, search),
  reconcileCase: (county: number, id: string) => `/${part(county)}/reconcile-cases/${part(id)}`,
  cash: (county: number, search?: { station?: string; code?: string; page?: number }) =>
    withSearch(`/${part(county)}/cash`, search),
  statements: (county: number, search?: ListSearch & { org?: string; month?: string; part?: string; state?: string }) =>
    withSearch(`/${part(county)}/statements`, search),
  rules: (county: number) => `/${part(county)}/rules`,
  payouts: (county: number, search?: ListSearch & { state?: string }) => withSearch(`/${part(county)}/payouts`, search),
  payoutBatch: (county: number, id: string) => `/${part(county)}/payouts/${part(id)}`,
  payoutMatters: (county: number) => `/${part(county)}/payouts/matters`,
  payees: (county: number, search?: ListSearch & { ownerKind?: string }) =>
    withSearch(`/${part(county)}/payees`, search),
  owed: (county: number, search?: ListSearch & { org?: string }) => withSearch(`/${part(county)}/owed`, search),
  deviceNote: (county: number, id: string) => `/${part(county)}/station/notes/${part(id)}`,
  devices: (county: number, search?: ListSearch) => withSearch(`/${part(county)}/devices`, search),
  noteConflicts: (county: number, search?: ListSearch & { tab?: string; state?: string }) =>
    withSearch(`/${part(county)}/note-conflicts`, search),
  handOuts: (county: number) => `/${part(county)}/hand-outs`,
  preview: (county: number, search?: { sku?: string; packs?: number; region?: string; day?: string }) =>
    withSearch(`/${part(county)}/rules/preview`, search),

  ledger: (county: number, search?: { day?: string }) => withSearch(`/${part(county)}/ledger`, search),
  accounts: (county: number, search?: ListSearch & { kind?: string; owner?: string }) =>
    withSearch(`/${part(county)}/ledger/accounts`, search),
  account: (county: number, id: string, search?: ListSearch & { tab?: string; from?: string; to?: string }) =>
    withSearch(`/${part(county)}/ledger/accounts/${part(id)}`, search),
  transfer: (county: number, id: string) => `/${part(county)}/ledger/transfers/${part(id)}`,

  books: (county: number, search?: ListSearch) => withSearch(`/${part(county)}/books`, search),
  booksRun: (county: number, id: string) => `/${part(county)}/books/${part(id)}`,

  benefit: (county: number, search?: BenefitSearch) => withSearch(`/${part(county)}/benefit`, search),
  figures: (county: number, search?: { year?: number; by?: string; income?: string }) =>
    withSearch(`/${part(county)}/figures`, search),
  benefitEntries: (county: number, search?: ListSearch & BenefitSearch) =>
    withSearch(`/${part(county)}/benefit/entries`, search),

  accessLog: (county: number, search?: ListSearch & { household?: string }) =>
    withSearch(`/${part(county)}/access-log`, search),
} as const;

type NoteSearch = { household?: string; station?: string; lot?: string; day?: string };
type HouseholdSearch = { village?: string; category?: string; crop?: string };
type LotSearch = { crop?: string; kind?: string; state?: string; onHand?: string };
type OrderSearch = { state?: string; from?: string; to?: string };
type BenefitSearch = {
  by?: string;
  month?: string;
  from?: string;
  to?: string;
  mechanism?: string;
  village?: string;
  /** first nine digits: the totals of one township's villages */
  township?: string;
  household?: string;
  org?: string;
  crop?: string;
  income?: string;
};

/** A path handed in from outside (?back=) is followed only when it stays inside the console. */
export function safeBack(back: string | null | undefined): string {
  if (!back || !back.startsWith('/') || back.startsWith('//') || back.includes('\\')) return paths.home();
  return back.startsWith('/sign-in') || back.startsWith('/unlock') ? paths.home() : back;
}

/** The county of a console path, or undefined: 「/621221/orders」 → 621221. */
export function countyOfPath(path: string): number | undefined {
  const found = /^\/(\d{6})(?:\/|$)/.exec(path);
  return found ? Number(found[1]) : undefined;
}

/** The section a console path lies in: 「/621221/orders/…」 → 「orders」. */
export function sectionOfPath(path: string): string | undefined {
  return /^\/\d{6}\/([a-z-]+)/.exec(path)?.[1];
}

/** The same screen for another county, without the row and filters that belong to the first. */
export function sameScreen(path: string, county: number): string {
  return `/${part(county)}/${sectionOfPath(path) ?? 'overview'}`;
}
