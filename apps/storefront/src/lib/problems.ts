import type { Problem } from '#platform/http/client.ts';

// By name, not by class: pages are bundled apart from the server, and each half has its own copy of the class.
export const isProblem = (error: unknown): error is Problem => error instanceof Error && error.name === 'Problem';

// An address that could not be one (a letter in a code) is as missing as one that nobody has.
const noSuchThing = new Set(['bad-input', 'region-code-broken']);

/** A missing thing as null, so that a page can say so in its own words. Any other failure goes on. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isProblem(error) && (error.status === 404 || noSuchThing.has(error.code))) return null;
    throw error;
  }
}

/** Whether an act was refused because too much was asked in too short a time. */
export const isTooMany = (error: unknown): boolean => isProblem(error) && error.status === 429;

/** Thrown by a page whose thing does not exist; the middleware answers with the 404 page. */
export const missing = (): Error =>
  Object.assign(new Error('not found'), { name: 'Problem', status: 404, code: 'not-found', errors: [], detail: {} });

/** Thrown by a form that a page itself finds wrong; shown like a refusal of the API. */
export const refusedHere = (title: string, errors: readonly { field: string; message: string }[] = []): Error =>
  Object.assign(new Error(title), { name: 'Problem', status: 422, code: 'bad-input', title, errors, detail: {} });
