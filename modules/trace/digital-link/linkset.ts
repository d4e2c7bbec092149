import type { Link, Linkset } from './links.ts';

/** GS1's names of link types. */
export const GS1_VOCABULARY = 'https://ref.gs1.org/voc/';
/** What makes JSON-LD of a linkset (GS1-Conformant Resolver 1.2, artefacts). */
export const LINKSET_CONTEXT = 'https://ref.gs1.org/standards/resolver/linkset-context';

const target = ({ href, title, type, hreflang }: Link, base: string) => ({ href: base + href, title, type, hreflang });

/**
 * A linkset as RFC 9264 and the GS1-Conformant Resolver standard write it: an anchor, and under the address of each
 * link type what there is of it.
 */
export function linksetJson(of: Linkset, base: string) {
  const byType = Map.groupBy(of.links, (link) => link.rel);
  const links = [...byType].map(([rel, own]) => [GS1_VOCABULARY + rel, own.map((link) => target(link, base))] as const);
  return {
    linkset: [
      {
        anchor: base + of.anchor,
        description: of.description,
        [`${GS1_VOCABULARY}defaultLink`]: [target(of.standard, base)],
        ...Object.fromEntries(links),
      },
    ],
  };
}
