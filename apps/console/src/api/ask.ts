import { queryOptions } from '@tanstack/react-query';
import type { LoaderFunctionArgs } from 'react-router';
import { api } from './client.ts';
import { queries } from './queries.ts';

type Api = typeof api;
// biome-ignore lint/suspicious/noExplicitAny: stands for every route's function; callers see the exact one
type Call = (...given: any[]) => Promise<any>;
type Routes<M extends keyof Api> = { [R in keyof Api[M]]: Api[M][R] extends Call ? R : never }[keyof Api[M]] & string;
type Of<M extends keyof Api, R extends Routes<M>> = Extract<Api[M][R], Call>;

/**
 * A question to the server as query options: `useQuery(ask('trade', 'orders', { params: { county } }))`.
 * The key is the question itself, so a loader and a screen that ask the same share the answer.
 */
export function ask<M extends keyof Api, R extends Routes<M>>(module: M, route: R, input?: Parameters<Of<M, R>>[0]) {
  return queryOptions({
    queryKey: [module, route, input ?? null] as const,
    queryFn: (): Promise<Awaited<ReturnType<Of<M, R>>>> => (api[module][route] as Call)(input),
  });
}

// biome-ignore lint/suspicious/noExplicitAny: any question may be fetched ahead; its answer is not read here
type Question = ReturnType<typeof queryOptions<any, any, any, any>>;

/**
 * A screen's loader: fetches what the screen will ask before it shows. A failure is not thrown here;
 * the screen meets the same failure and says it in its place.
 */
export function ahead(questions: (county: number, url: URLSearchParams, id: string) => readonly unknown[]) {
  return async ({ params, request }: LoaderFunctionArgs) => {
    const asked = questions(Number(params.county), new URL(request.url).searchParams, params.id ?? '');
    await Promise.all(asked.map((question) => queries.prefetchQuery(question as Question)));
    return null;
  };
}

/** A word of the URL if it is one of these, otherwise nothing: what people type there is not to be trusted. */
export function oneOf<const T extends readonly string[]>(
  values: T,
  text: string | null | undefined,
): T[number] | undefined {
  return values.find((value) => value === text);
}

/** A part of the URL, or undefined when it is missing or empty. */
export function given(url: URLSearchParams, key: string): string | undefined {
  return url.get(key) || undefined;
}

/** A day of the URL, or undefined when it is none. */
export function dayOf(url: URLSearchParams, key: string): string | undefined {
  const text = url.get(key) ?? '';
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
}

/** A month of the URL, or undefined when it is none. */
export function monthOf(url: URLSearchParams, key: string): string | undefined {
  const text = url.get(key) ?? '';
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text) ? text : undefined;
}
