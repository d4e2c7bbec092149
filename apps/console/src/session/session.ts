import { queryOptions } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { useParams } from 'react-router';
import { Problem } from '#platform/http/client.ts';
import type { Route } from '#platform/http/contract.ts';
import type { Me } from '../api/answers.ts';
import { api } from '../api/client.ts';
import { mayCall, membershipsIn, type Role, rolesIn } from './roles.ts';

export type OpenCounty = { county: number; name: string; shortName: string };
export type Session = Me & { counties: readonly OpenCounty[] };

/** Who is signed in, and the open counties their roles reach. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 5 * 60_000,
  retry: false,
  queryFn: async (): Promise<Session> => {
    const [me, open] = await Promise.all([api.registry.me(), api.registry.counties()]);
    if (!me) throw new Problem(401, { code: 'not-signed-in' });
    return { ...me, counties: open.filter((c) => membershipsIn(me.memberships, c.county).length > 0) };
  },
});

export const SessionContext = createContext<Session | undefined>(undefined);

/** The signed-in person; only below the shell, which lets nobody else in. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession: only inside the shell');
  return session;
}

const LAST = 'shanhuo.console.county';

/** Remembers the county someone works in, so that they begin there the next time. */
export function keepCounty(county: number): void {
  try {
    localStorage.setItem(LAST, String(county));
  } catch {
    // A browser that keeps nothing begins with the first county.
  }
}

/** The county to begin with: the last one, if it is still theirs, or the first. */
export function firstCounty(session: Session): OpenCounty | undefined {
  let last: string | null = null;
  try {
    last = localStorage.getItem(LAST);
  } catch {
    // As above.
  }
  return session.counties.find((c) => String(c.county) === last) ?? session.counties[0];
}

/** The county of the URL and what the person may do in it. */
export function useCounty() {
  const session = useSession();
  const county = Number(useParams().county);
  const known = session.counties.find((c) => c.county === county);
  return {
    county,
    name: known?.shortName ?? String(county),
    memberships: membershipsIn(session.memberships, county),
    is: (...roles: Role[]) => rolesIn(session.memberships, county).some((r) => roles.includes(r)),
    may: (route: Route) => mayCall(route, session.memberships, county),
  };
}
