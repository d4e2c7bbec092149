import { Problem } from '#platform/http/client.ts';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { sessionQuery } from './session.ts';

export type Credentials = { username: string; password: string; totp?: string };

/**
 * Signs in by password. Answers `code` when the account also asks for the six digits of its
 * authenticator; the caller sends everything again with them.
 */
export async function signIn(given: Credentials): Promise<'in' | 'code'> {
  try {
    await api.registry.signInByPassword({ body: given });
  } catch (error) {
    if (error instanceof Problem && error.code === 'totp-needed') return 'code';
    throw error;
  }
  queries.removeQueries();
  await queries.fetchQuery(sessionQuery);
  return 'in';
}

/** Ends the session here and on the server, and forgets every answer kept for it. */
export async function signOut(): Promise<void> {
  await api.registry.signOut();
  queries.clear();
}
