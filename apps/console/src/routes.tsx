import { createBrowserRouter, type MiddlewareFunction, type RouteObject, redirect } from 'react-router';
import { Problem } from '#platform/http/client.ts';
import { onExpired, queries } from './api/queries.ts';
import { maySee } from './layout/menu.ts';
import { loadDevice } from './offline/device.ts';
import { ScreenError } from './parts/ErrorBoundary.tsx';
import { NotFound } from './parts/full-pages.tsx';
import { Opening } from './parts/Opening.tsx';
import { paths, sectionOfPath } from './paths.ts';
import { rolesIn } from './session/roles.ts';
import { sessionQuery } from './session/session.ts';

/** Nobody passes without a session; whoever comes without one signs in and comes back to this very address. */
const needSession: MiddlewareFunction = async ({ request }) => {
  try {
    await queries.ensureQueryData(sessionQuery);
  } catch (error) {
    const here = hereOf(new URL(request.url));
    if (error instanceof Problem && error.status === 401) throw redirect(paths.signIn(here));
    // No answer at all: a device that was set up knows who works on it, behind its PIN.
    const device = error instanceof TypeError ? await loadDevice() : undefined;
    if (device?.state === 'locked') throw redirect(paths.unlock(here));
    if (device?.state !== 'open' || !device.session) throw error;
    queries.setQueryData(sessionQuery.queryKey, device.session);
  }
};

/** A county the person's roles do not reach is no page of theirs, nor is a section that none of their roles opens. */
const needRight: MiddlewareFunction = async ({ request, params }) => {
  const session = await queries.ensureQueryData(sessionQuery);
  const county = Number(params.county);
  if (!session.counties.some((c) => c.county === county)) throw new Response(null, { status: 404 });
  const section = sectionOfPath(hereOf(new URL(request.url)));
  if (section && !maySee(section, rolesIn(session.memberships, county))) throw new Response(null, { status: 403 });
};

const screens: RouteObject[] = [
  { path: 'overview', lazy: () => import('./screens/overview.tsx') },
  { path: 'station', lazy: () => import('./screens/station/station.tsx') },
  { path: 'station/weigh', lazy: () => import('./screens/station/weigh-in.tsx') },
  { path: 'station/notes/:id', lazy: () => import('./screens/station/device-note.tsx') },
  { path: 'devices', lazy: () => import('./screens/device/devices.tsx') },
  { path: 'note-conflicts', lazy: () => import('./screens/device/conflicts.tsx') },
  { path: 'notes', lazy: () => import('./screens/notes/notes.tsx') },
  { path: 'notes/:id', lazy: () => import('./screens/notes/note.tsx') },
  { path: 'households', lazy: () => import('./screens/households/households.tsx') },
  { path: 'households/new', lazy: () => import('./screens/households/new-household.tsx') },
  { path: 'households/:id', lazy: () => import('./screens/households/household.tsx') },
  { path: 'households/:id/edit', lazy: () => import('./screens/households/edit-household.tsx') },
  { path: 'plots', lazy: () => import('./screens/plots/plots.tsx') },
  { path: 'plots/new', lazy: () => import('./screens/plots/new-plot.tsx') },
  { path: 'plots/:id', lazy: () => import('./screens/plots/plot.tsx') },
  { path: 'plots/:id/edit', lazy: () => import('./screens/plots/edit-plot.tsx') },
  { path: 'plots/:id/work', lazy: () => import('./screens/plots/work.tsx') },
  { path: 'pesticides', lazy: () => import('./screens/plots/pesticides.tsx') },
  { path: 'organisations', lazy: () => import('./screens/organisations/organisations.tsx') },
  { path: 'organisations/new', lazy: () => import('./screens/organisations/new-organisation.tsx') },
  { path: 'organisations/:id', lazy: () => import('./screens/organisations/organisation.tsx') },
  { path: 'agreements', lazy: () => import('./screens/agreements/agreements.tsx') },
  { path: 'agreements/new', lazy: () => import('./screens/agreements/new-agreement.tsx') },
  { path: 'agreements/:id', lazy: () => import('./screens/agreements/agreement.tsx') },
  { path: 'agreements/:id/change', lazy: () => import('./screens/agreements/change-agreement.tsx') },
  { path: 'work', lazy: () => import('./screens/work/work.tsx') },
  { path: 'payrolls', lazy: () => import('./screens/work/payrolls.tsx') },
  { path: 'payrolls/:id', lazy: () => import('./screens/work/payroll.tsx') },
  { path: 'dividends', lazy: () => import('./screens/dividends/dividends.tsx') },
  { path: 'dividends/:id', lazy: () => import('./screens/dividends/dividend.tsx') },
  { path: 'aid-tests', lazy: () => import('./screens/fair/tests.tsx') },
  { path: 'aid-tests/:id', lazy: () => import('./screens/fair/test.tsx') },
  { path: 'insurance', lazy: () => import('./screens/insurance/claims.tsx') },
  { path: 'subsidies', lazy: () => import('./screens/subsidies/subsidies.tsx') },
  { path: 'subsidies/:id', lazy: () => import('./screens/subsidies/subsidy.tsx') },
  { path: 'market-prices', lazy: () => import('./screens/fair/market-prices.tsx') },
  { path: 'dishonest', lazy: () => import('./screens/fair/dishonest.tsx') },
  { path: 'samples', lazy: () => import('./screens/fair/samples.tsx') },
  { path: 'samples/:id', lazy: () => import('./screens/fair/sample.tsx') },
  { path: 'my-checks', lazy: () => import('./screens/fair/checks.tsx') },
  { path: 'double-claims', lazy: () => import('./screens/fair/doubles.tsx') },
  { path: 'pairings', lazy: () => import('./screens/pairings.tsx') },
  { path: 'products', lazy: () => import('./screens/products/products.tsx') },
  { path: 'products/new', lazy: () => import('./screens/products/new-product.tsx') },
  { path: 'products/:id', lazy: () => import('./screens/products/product.tsx') },
  { path: 'prices', lazy: () => import('./screens/prices.tsx') },
  { path: 'lots', lazy: () => import('./screens/lots/lots.tsx') },
  { path: 'recalls', lazy: () => import('./screens/recalls/recalls.tsx') },
  { path: 'recalls/:id', lazy: () => import('./screens/recalls/recall.tsx') },
  { path: 'certificates', lazy: () => import('./screens/origin/certificates.tsx') },
  { path: 'reports', lazy: () => import('./screens/origin/reports.tsx') },
  { path: 'marks', lazy: () => import('./screens/origin/marks.tsx') },
  { path: 'stories', lazy: () => import('./screens/origin/stories.tsx') },
  { path: 'disputes', lazy: () => import('./screens/disputes/disputes.tsx') },
  { path: 'lots/:id', lazy: () => import('./screens/lots/lot.tsx') },
  { path: 'events', lazy: () => import('./screens/events/events.tsx') },
  { path: 'subscriptions', lazy: () => import('./screens/events/subscriptions.tsx') },
  { path: 'events/:id', lazy: () => import('./screens/events/event.tsx') },
  { path: 'code-alerts', lazy: () => import('./screens/codes/alerts.tsx') },
  { path: 'code-alerts/:id', lazy: () => import('./screens/codes/alert.tsx') },
  { path: 'pack', lazy: () => import('./screens/lots/pack.tsx') },
  { path: 'stock', lazy: () => import('./screens/stock.tsx') },
  { path: 'orders', lazy: () => import('./screens/orders/orders.tsx') },
  { path: 'orders/:id', lazy: () => import('./screens/orders/order.tsx') },
  { path: 'packing', lazy: () => import('./screens/orders/packing.tsx') },
  { path: 'projects', lazy: () => import('./screens/projects/projects.tsx') },
  { path: 'projects/new', lazy: () => import('./screens/projects/new-project.tsx') },
  { path: 'projects/:id', lazy: () => import('./screens/projects/project.tsx') },
  { path: 'projects/:id/change', lazy: () => import('./screens/projects/change-project.tsx') },
  { path: 'promotions', lazy: () => import('./screens/promotions/promotions.tsx') },
  { path: 'cases', lazy: () => import('./screens/after-sale/cases.tsx') },
  { path: 'cases/:id', lazy: () => import('./screens/after-sale/case.tsx') },
  { path: 'after-sale-rules', lazy: () => import('./screens/after-sale/rules.tsx') },
  { path: 'refunds', lazy: () => import('./screens/after-sale/refunds.tsx') },
  { path: 'invoices', lazy: () => import('./screens/after-sale/invoices.tsx') },
  { path: 'payments', lazy: () => import('./screens/payments/payments.tsx') },
  { path: 'payments/:id', lazy: () => import('./screens/payments/payment.tsx') },
  { path: 'notices', lazy: () => import('./screens/payments/notices.tsx') },
  { path: 'remittances', lazy: () => import('./screens/payments/remittances.tsx') },
  { path: 'remittances/:id', lazy: () => import('./screens/payments/remittance.tsx') },
  { path: 'reconcile-cases', lazy: () => import('./screens/payments/cases.tsx') },
  { path: 'reconcile-cases/:id', lazy: () => import('./screens/payments/case.tsx') },
  { path: 'cash', lazy: () => import('./screens/payments/cash.tsx') },
  { path: 'statements', lazy: () => import('./screens/money/statements.tsx') },
  { path: 'payouts', lazy: () => import('./screens/payouts/payouts.tsx') },
  { path: 'payouts/matters', lazy: () => import('./screens/payouts/matters.tsx') },
  { path: 'payouts/:id', lazy: () => import('./screens/payouts/batch.tsx') },
  { path: 'payees', lazy: () => import('./screens/payouts/payees.tsx') },
  { path: 'owed', lazy: () => import('./screens/payouts/owed.tsx') },
  { path: 'hand-outs', lazy: () => import('./screens/station/hand-outs.tsx') },
  { path: 'rules', lazy: () => import('./screens/money/rules.tsx') },
  { path: 'rules/preview', lazy: () => import('./screens/money/preview.tsx') },
  { path: 'ledger', lazy: () => import('./screens/ledger/ledger.tsx') },
  { path: 'ledger/accounts', lazy: () => import('./screens/ledger/accounts.tsx') },
  { path: 'ledger/accounts/:id', lazy: () => import('./screens/ledger/account.tsx') },
  { path: 'ledger/transfers/:id', lazy: () => import('./screens/ledger/transfer.tsx') },
  { path: 'books', lazy: () => import('./screens/books/runs.tsx') },
  { path: 'books/:id', lazy: () => import('./screens/books/run.tsx') },
  { path: 'my-households', lazy: () => import('./screens/benefit/my-households.tsx') },
  { path: 'figures', lazy: () => import('./screens/benefit/figures.tsx') },
  { path: 'benefit', lazy: () => import('./screens/benefit/totals.tsx') },
  { path: 'benefit/entries', lazy: () => import('./screens/benefit/entries.tsx') },
  { path: 'access-log', lazy: () => import('./screens/access-log.tsx') },
  { path: '*', Component: NotFound },
];

export const router = createBrowserRouter(
  [
    {
      HydrateFallback: Opening,
      ErrorBoundary: ScreenError,
      children: [
        { path: '/unlock', lazy: () => import('./screens/unlock.tsx') },
        { path: '/sign-in', lazy: () => import('./screens/sign-in.tsx') },
        {
          path: '/',
          middleware: [needSession],
          lazy: () => import('./layout/shell-route.tsx'),
          children: [
            {
              ErrorBoundary: ScreenError,
              children: [
                { index: true, lazy: () => import('./screens/home.tsx') },
                { path: 'counties', lazy: () => import('./screens/counties.tsx') },
                { path: 'me', lazy: () => import('./screens/me.tsx') },
                { path: ':county', middleware: [needRight], children: screens },
                { path: '*', Component: NotFound },
              ],
            },
          ],
        },
      ],
    },
  ],
  { basename: '/console' },
);

onExpired(() => {
  // Whoever was never known here is led to the door by the guard, and nothing of theirs has ended.
  if (!queries.getQueryData(sessionQuery.queryKey)) return;
  // Where the person was heading when the answer came, not where they came from.
  const { navigation, location: at } = router.state;
  const { pathname, search } = navigation.location ?? at;
  const here = hereOf(new URL(pathname + search, location.origin));
  if (here.startsWith('/sign-in')) return;
  queries.clear();
  void router.navigate(`${paths.signIn(here)}&expired=1`);
});

/** The address inside the console, to come back to. */
function hereOf(url: URL): string {
  return url.pathname.replace(/^\/console(?=\/|$)/, '') + url.search || '/';
}
