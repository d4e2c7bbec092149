import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

export type UrlState = {
  params: URLSearchParams;
  get: (key: string) => string | undefined;
  page: number;
  size: number;
  /** Changes some keys; whatever narrows the list starts again at its first page. */
  set: (change: Record<string, string | number | undefined>, options?: { replace?: boolean }) => void;
};

const DEFAULT_SIZE = 20;

/** The screen's state as it stands in the URL. */
export function useUrlState(): UrlState {
  const [params, setParams] = useSearchParams();
  const set = useCallback<UrlState['set']>(
    (change, options) => {
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          const narrows = Object.keys(change).some((key) => key !== 'page' && key !== 'row' && key !== 'tab');
          if (narrows) next.delete('page');
          for (const [key, value] of Object.entries(change)) {
            if (value === undefined || value === '' || (key === 'page' && value === 1)) next.delete(key);
            else next.set(key, String(value));
          }
          return next;
        },
        { replace: options?.replace ?? false, preventScrollReset: true },
      );
    },
    [setParams],
  );
  return useMemo(() => ({ params, get: (key) => params.get(key) ?? undefined, ...pageOf(params), set }), [params, set]);
}

/** Page and size of a URL, both whole and within bounds whatever was typed there. */
export function pageOf(params: URLSearchParams): { page: number; size: number } {
  const page = Number(params.get('page'));
  const size = Number(params.get('size'));
  return {
    page: Number.isInteger(page) && page > 0 ? page : 1,
    size: [10, 20, 50, 100].includes(size) ? size : DEFAULT_SIZE,
  };
}
