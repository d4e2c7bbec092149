import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { Problem } from '#platform/http/client.ts';
import { worthRetry } from './as-problem.ts';

let expired: () => void = () => {};

/** Says what to do when the server no longer knows the person; the router sets it. */
export function onExpired(act: () => void): void {
  expired = act;
}

const watch = (error: unknown) => {
  if (error instanceof Problem && error.code === 'not-signed-in') expired();
};

/** All answers that screens show live here, so that a page already visited shows at once. */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: watch }),
  mutationCache: new MutationCache({ onError: watch }),
  defaultOptions: {
    // What a device carries is there without a signal, and what is not must say so at once instead of waiting for one.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => navigator.onLine && failures < 2 && worthRetry(error),
      retryDelay: (failures) => 400 * 2 ** failures,
    },
  },
});
