import { useUrlState } from '../../parts/use-url-state.ts';
import { useCounty } from '../../session/session.ts';

/** The stations a keeper serves here, and the one of the URL or the first. */
export function useStations() {
  const { memberships } = useCounty();
  const state = useUrlState();
  const stations = memberships
    .filter((m) => m.role === 'keeper' && m.orgKind === 'station')
    .map((m) => ({ id: m.org, name: m.orgName, region: m.region, regionName: m.regionName }));
  const chosen = stations.find((s) => s.id === state.get('station')) ?? stations[0];
  return { stations, chosen };
}
