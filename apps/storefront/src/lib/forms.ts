import type { AstroGlobal } from 'astro';
import { isProblem } from './problems.ts';

/** A form that was refused: shown again with what was typed and what is wrong with it. */
export type Refused = { title: string; code: string; errors: Record<string, string>; form: FormData };

/** Text of a form field, trimmed; empty when it is missing or a file. */
export const text = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
};

/**
 * Answers a posted form: does the act and sends the browser on (so that a reload never posts again), or tells why not.
 *
 * @param act gets the form and its Idempotency-Key; returns where to go next, or nothing to show the page itself
 * @returns a redirect, a refusal to show, or undefined when the page is only being read
 */
export async function onPost(
  page: Pick<AstroGlobal, 'request' | 'redirect' | 'response'>,
  act: (form: FormData, key: string) => Promise<string | undefined>,
): Promise<Response | Refused | undefined> {
  if (page.request.method !== 'POST') return undefined;
  const form = await page.request.formData();
  try {
    const next = await act(form, text(form, 'key') || crypto.randomUUID());
    return next === undefined ? undefined : page.redirect(next, 303);
  } catch (error) {
    if (!isProblem(error) || error.status === 401 || error.status >= 500) throw error;
    page.response.status = error.status;
    // A field of the API may be deep (lines.0.packs); the form knows its first name, and says all that is wrong with it.
    const byField = Map.groupBy(error.errors, (e) => e.field.split('.')[0] ?? '');
    const errors = Object.fromEntries(
      [...byField].map(([field, all]) => [field, all.map((e) => e.message).join('\n')]),
    );
    return { title: error.title, code: error.code, errors, form };
  }
}
