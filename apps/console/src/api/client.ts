import { benefit } from '#benefit/contract';
import { catalog } from '#catalog/contract';
import { fulfilment } from '#fulfilment/contract';
import { insight } from '#insight/contract';
import { ledger } from '#ledger/contract';
import { fetchTransport, makeClient } from '#platform/http/client.ts';
import { presale } from '#presale/contract';
import { registry } from '#registry/contract';
import { trace } from '#trace/contract';
import { trade } from '#trade/contract';
import { storedLocale } from '../i18n/locale.ts';

/** Every route of every module, typed by its contract. */
export const contracts = { registry, ledger, catalog, trace, trade, fulfilment, presale, benefit, insight };

/** The one client: HTTP with the session's cookie; answers in the person's language. */
export const api = makeClient(
  contracts,
  fetchTransport('', () => ({ 'accept-language': storedLocale() === 'en' ? 'en' : 'zh-CN' })),
);
