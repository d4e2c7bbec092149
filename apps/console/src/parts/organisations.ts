import { useQuery } from '@tanstack/react-query';
import type { OrganisationKind } from '#registry/contract';
import { ask } from '../api/ask.ts';
import { useCounty } from '../session/session.ts';

/** Kinds of organisation that sell. */
export const sellerKinds = ['merchant', 'cooperative'] as const satisfies readonly OrganisationKind[];

type Options = { value: string; label: string }[];

/** The county's organisations of some kinds, as a form's choice. */
export function useOrganisations(kinds: readonly string[], enabled = true) {
  const { county } = useCounty();
  return useQuery({
    ...ask('registry', 'organisations', { params: { county }, query: { size: 200 } }),
    enabled,
    select: ({ rows }): Options =>
      rows.filter((one) => kinds.includes(one.kind)).map((one) => ({ value: one.id, label: one.name })),
  });
}

/** Those of them that somebody may act for: the operator for each, others for their own. */
export function useActableOrganisations(kinds: readonly string[], enabled = true): Options {
  const { memberships, is } = useCounty();
  const everyone = useOrganisations(kinds, enabled && is('operator'));
  const own = memberships.filter((m) => kinds.includes(m.orgKind)).map((m): [string, string] => [m.org, m.orgName]);
  return (is('operator') ? everyone.data : undefined) ?? [...new Map(own)].map(([value, label]) => ({ value, label }));
}
