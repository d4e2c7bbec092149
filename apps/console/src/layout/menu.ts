import { benefit } from '#benefit/contract';
import { catalog } from '#catalog/contract';
import { fulfilment } from '#fulfilment/contract';
import { insight } from '#insight/contract';
import { ledger } from '#ledger/contract';
import { presale } from '#presale/contract';
import { registry } from '#registry/contract';
import { trace } from '#trace/contract';
import { trade } from '#trade/contract';
import type { PlainKey } from '../i18n/index.tsx';
import type { IconName } from '../parts/icons.tsx';
import type { Section } from '../paths.ts';
import type { Role } from '../session/roles.ts';

type MenuItem = { section: Section; label: PlainKey; icon: IconName; who: readonly Role[] };
type MenuGroup = { label: PlainKey; items: readonly MenuItem[] };

/**
 * What each role works with, in the order of the day's work: the village, the goods, the sale, the money.
 * Who sees an entry is the contract's own line of the route that its screen opens with.
 */
const menu: readonly MenuGroup[] = [
  {
    label: 'menu.today',
    items: [{ section: 'overview', label: 'menu.overview', icon: 'overview', who: insight.overview.who }],
  },
  {
    label: 'menu.village',
    items: [
      { section: 'station', label: 'menu.station', icon: 'scale', who: trace.weighIn.who },
      { section: 'hand-outs', label: 'menu.handOuts', icon: 'cash', who: trade.handOuts.who },
      { section: 'note-conflicts', label: 'menu.noteConflicts', icon: 'case', who: trace.noteConflicts.who },
      { section: 'devices', label: 'menu.devices', icon: 'phone', who: trace.devices.who },
      { section: 'notes', label: 'menu.notes', icon: 'note', who: trace.purchases.who },
      { section: 'households', label: 'menu.households', icon: 'household', who: registry.households.who },
      { section: 'stories', label: 'menu.stories', icon: 'speak', who: catalog.stories.who },
      { section: 'disputes', label: 'menu.disputes', icon: 'case', who: trace.disputes.who },
      { section: 'plots', label: 'menu.plots', icon: 'plot', who: trace.plots.who },
      { section: 'pesticides', label: 'menu.pesticides', icon: 'spray', who: trace.pesticides.who },
      { section: 'agreements', label: 'menu.agreements', icon: 'benefit', who: benefit.agreements.who },
      { section: 'work', label: 'menu.work', icon: 'note', who: benefit.workSheet.who },
      { section: 'payrolls', label: 'menu.payrolls', icon: 'wallet', who: benefit.payrolls.who },
      { section: 'dividends', label: 'menu.dividends', icon: 'statement', who: benefit.dividends.who },
      { section: 'insurance', label: 'menu.insurance', icon: 'card', who: benefit.insuranceClaims.who },
      { section: 'subsidies', label: 'menu.subsidies', icon: 'cash', who: benefit.subsidies.who },
      { section: 'my-checks', label: 'menu.myChecks', icon: 'phone', who: benefit.myChecks.who },
      { section: 'my-households', label: 'menu.mine', icon: 'household', who: benefit.pairedReceipts.who },
      { section: 'pairings', label: 'menu.pairings', icon: 'link', who: registry.pairings.who },
    ],
  },
  {
    label: 'menu.goods',
    items: [
      { section: 'products', label: 'menu.products', icon: 'product', who: catalog.catalogProducts.who },
      { section: 'aid-tests', label: 'menu.aidTests', icon: 'check', who: benefit.aidTests.who },
      { section: 'market-prices', label: 'menu.marketPrices', icon: 'price', who: benefit.marketPrices.who },
      { section: 'prices', label: 'menu.prices', icon: 'price', who: trace.lots.who },
      { section: 'lots', label: 'menu.lots', icon: 'lot', who: trace.lots.who },
      { section: 'certificates', label: 'menu.certificates', icon: 'check', who: trace.certificates.who },
      { section: 'reports', label: 'menu.reports', icon: 'search', who: trace.reports.who },
      { section: 'marks', label: 'menu.marks', icon: 'benefit', who: catalog.marks.who },
      { section: 'recalls', label: 'menu.recalls', icon: 'warn', who: trade.recallReport.who },
      { section: 'events', label: 'menu.events', icon: 'trace', who: trace.traceEvents.who },
      { section: 'subscriptions', label: 'menu.subscriptions', icon: 'link', who: trace.traceSubscriptions.who },
      { section: 'code-alerts', label: 'menu.codeAlerts', icon: 'lock', who: trace.codeAlerts.who },
      { section: 'stock', label: 'menu.stock', icon: 'stock', who: [...catalog.addProduct.who, 'platform', 'auditor'] },
    ],
  },
  {
    label: 'menu.sales',
    items: [
      { section: 'orders', label: 'menu.orders', icon: 'order', who: trade.orders.who },
      { section: 'promotions', label: 'menu.promotions', icon: 'promotion', who: trade.promotions.who },
      { section: 'projects', label: 'menu.projects', icon: 'benefit', who: presale.projectFiles.who },
      { section: 'packing', label: 'menu.packing', icon: 'packing', who: fulfilment.sendParcel.who },
      { section: 'cases', label: 'menu.cases', icon: 'case', who: trade.cases.who },
      { section: 'after-sale-rules', label: 'menu.afterSaleRules', icon: 'rules', who: trade.cases.who },
    ],
  },
  {
    label: 'menu.money',
    items: [
      { section: 'payments', label: 'menu.payments', icon: 'price', who: trade.payments.who },
      { section: 'remittances', label: 'menu.remittances', icon: 'upload', who: trade.remittances.who },
      { section: 'reconcile-cases', label: 'menu.differences', icon: 'refresh', who: trade.reconcileCases.who },
      { section: 'cash', label: 'menu.cash', icon: 'price', who: trade.tills.who },
      { section: 'statements', label: 'menu.statements', icon: 'statement', who: trade.statement.who },
      { section: 'payouts', label: 'menu.payouts', icon: 'payout', who: trade.payoutBatches.who },
      { section: 'owed', label: 'menu.owed', icon: 'wallet', who: trade.organisationOwed.who },
      { section: 'payees', label: 'menu.payees', icon: 'card', who: trade.payees.who },
      { section: 'rules', label: 'menu.rules', icon: 'rules', who: trade.settlementRules.who },
      { section: 'refunds', label: 'menu.refunds', icon: 'refund', who: trade.refunds.who },
      { section: 'invoices', label: 'menu.invoices', icon: 'note', who: trade.invoices.who },
      { section: 'ledger', label: 'menu.ledger', icon: 'ledger', who: ledger.accounts.who },
      { section: 'books', label: 'menu.books', icon: 'check', who: ledger.reconcileRuns.who },
      { section: 'figures', label: 'menu.figures', icon: 'benefit', who: benefit.figures.who },
      { section: 'benefit', label: 'menu.benefit', icon: 'benefit', who: benefit.totals.who },
      { section: 'samples', label: 'menu.samples', icon: 'phone', who: benefit.samples.who },
      { section: 'double-claims', label: 'menu.doubles', icon: 'refresh', who: benefit.doubles.who },
    ],
  },
  {
    label: 'menu.people',
    items: [
      {
        section: 'organisations',
        label: 'menu.organisations',
        icon: 'organisation',
        // Others may read an organisation they meet on a note; the list is the work of these.
        who: [...registry.addOrganisation.who, 'auditor'],
      },
      {
        section: 'dishonest',
        label: 'menu.dishonest',
        icon: 'warn',
        // Anyone may read the list; keeping it is the work of the county, looking after it that of these.
        who: [...benefit.putOnList.who, 'platform', 'auditor'],
      },
      { section: 'access-log', label: 'menu.accessLog', icon: 'log', who: registry.readings.who },
    ],
  },
];

/** The menu of someone with these roles; groups without an entry are left out. */
export function menuFor(roles: readonly Role[]): MenuGroup[] {
  return menu
    .map((group) => ({ ...group, items: group.items.filter((item) => item.who.some((r) => roles.includes(r))) }))
    .filter((group) => group.items.length > 0);
}

/** Whether a section opens for someone with these roles; what is not in the menu is decided by its routes alone. */
export function maySee(section: string, roles: readonly Role[]): boolean {
  const item = menu.flatMap((group) => group.items).find((one) => one.section === section);
  return !item || item.who.some((role) => roles.includes(role));
}

/** Where someone starts: the county for those who see it, the station for a keeper, orders for a merchant or a courier, households for a cadre. */
export function homeSection(roles: readonly Role[]): Section {
  if (roles.some((r) => ['operator', 'platform', 'auditor'].includes(r))) return 'overview';
  if (roles.includes('keeper')) return 'station';
  if (roles.includes('merchant')) return 'orders';
  if (roles.includes('cadre')) return 'households';
  if (roles.includes('courier')) return 'orders';
  return menuFor(roles)[0]?.items[0]?.section ?? 'overview';
}
