import { fetchTransport, makeClient } from '#platform/http/client.ts';
import { trace } from '#trace/contract';
import { storedLocale } from '../i18n/locale.ts';

const clientWith = (headers: Record<string, string>) =>
  makeClient(
    { trace },
    fetchTransport('', () => ({ 'accept-language': storedLocale() === 'en' ? 'en' : 'zh-CN', ...headers })),
  );

/** Sends an EPCIS document to be captured; what to do with faulty events is a header of the standard. */
export const captureDocument = (input: { county: number; text: string; proceed: boolean }) =>
  clientWith({ 'gs1-capture-error-behaviour': input.proceed ? 'proceed' : 'rollback' }).trace.epcisCapture({
    params: { county: input.county },
    body: input.text,
  });
