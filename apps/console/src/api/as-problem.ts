import { Problem } from '#platform/http/client.ts';
import type { Translate } from '../i18n/index.tsx';
import { UnreadableTable } from './read-table.ts';

/** What went wrong with a call, ready to be shown: the server's own words where it spoke. */
export type Shown = {
  status: number;
  code: string;
  title: string;
  fields: readonly { field: string; message: string }[];
};

/**
 * Turns whatever was thrown into words; no answer at all is told apart from a refusal.
 * @param everyField also the one field error that only repeats the title, for forms that put it beside its field
 */
export function asProblem(error: unknown, t: Translate, everyField = false): Shown {
  if (error instanceof Problem) {
    return {
      status: error.status,
      code: error.code,
      title: error.title,
      // A refusal about one field repeats its title there; saying it twice helps nobody.
      fields: error.errors
        .filter((e) => everyField || e.message !== error.title || error.errors.length > 1)
        .map((e) => ({ field: e.field, message: e.message })),
    };
  }
  if (error instanceof UnreadableTable) {
    return { status: 422, code: 'unreadable-table', title: t('error.unreadableTable'), fields: [] };
  }
  if (error instanceof TypeError) return { status: 0, code: 'offline', title: t('error.offline'), fields: [] };
  return { status: 500, code: 'unexpected', title: t('error.unexpected'), fields: [] };
}

/** Whether asking again could help: the line was cut or the server failed, and it was not a refusal. */
export function worthRetry(error: unknown): boolean {
  return error instanceof Problem ? error.status >= 500 : error instanceof TypeError;
}

/** Where the server's field errors belong in a form: its own name first, then the dotted path into lists. */
export function fieldPath(field: string): (string | number)[] {
  return field.split('.').map((piece) => (/^\d+$/.test(piece) ? Number(piece) : piece));
}
