import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { cardHash } from '#registry/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { today } from '../../format.ts';
import type { DeviceNote } from '../../offline/device-notes.ts';
import { findHouseholds } from '../../offline/find-household.ts';
import { useOwnDevice } from '../../offline/own-device.ts';
import { agreedFloorOf, type Capacity, type CarriedPack, capacityOf } from '../../offline/pack.ts';
import { useCounty } from '../../session/session.ts';
import type { PriceOf } from './weighed.ts';

/** As much of a query as a screen looks at, wherever the answer comes from. */
export interface Found<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

export interface FoundHousehold {
  id: string;
  code: string;
  headMasked: string;
  villageName: string;
}

/** What the device carries, where it is open; otherwise the server is asked. */
export function useCarried(): { pack: CarriedPack; notes: readonly DeviceNote[] } | undefined {
  const device = useOwnDevice();
  return useMemo(
    () => (device?.state === 'open' && device.pack?.station ? { pack: device.pack, notes: device.notes } : undefined),
    [device],
  );
}

const MOST_ROWS = 20;

/** Households by what was typed, and how many there are in all. */
export function useHouseholds(q: string): Found<{ rows: readonly FoundHousehold[]; total: number }> {
  const carried = useCarried();
  const { county } = useCounty();
  const asked = useQuery({
    ...ask('registry', 'households', { params: { county }, query: { q, size: MOST_ROWS } }),
    placeholderData: keepPreviousData,
    enabled: !carried,
  });
  const own = useMemo(() => {
    if (!carried) return undefined;
    const found = findHouseholds(carried.pack.households, q);
    return { rows: found.slice(0, MOST_ROWS), total: found.length };
  }, [carried, q]);
  return own ? there(own) : asked;
}

/** Whose a card is, by the letters on it: from what is carried, or the server. `unknown`: carried, and nobody's. */
export function useCard(onFound: (household: FoundHousehold) => void) {
  const carried = useCarried();
  const { county } = useCounty();
  const [unknown, setUnknown] = useState(false);
  const act = useAct(api.registry.readCard, { quiet: true, onDone: onFound });
  async function read(letters: string) {
    setUnknown(false);
    if (!carried) return act.run({ params: { county }, body: { text: letters } });
    const hash = await cardHash(county, letters);
    const found = carried.pack.households.find((one) => one.card === hash);
    if (found) onFound(found);
    else setUnknown(true);
  }
  return { read, busy: act.busy, error: act.error, unknown };
}

/** One household, for the line that says whose it is. */
export function useHousehold(id: string): FoundHousehold | undefined {
  const carried = useCarried();
  const { county } = useCounty();
  const { data } = useQuery({ ...ask('registry', 'household', { params: { county, id } }), enabled: !carried });
  if (carried) return carried.pack.households.find((one) => one.id === id);
  const head = data?.members.find((member) => member.relation === 'head');
  return data && { id, code: data.code, headMasked: head?.name ?? '', villageName: data.villageName };
}

/** What a household can still bring of each crop it grows. */
export function useCapacity(id: string): Found<readonly Capacity[]> {
  const carried = useCarried();
  const { county } = useCounty();
  const asked = useQuery({ ...ask('trace', 'capacity', { params: { county, id } }), enabled: !carried });
  const own = useMemo(() => carried && capacityOf(carried.pack, id, carried.notes), [carried, id]);
  return own ? there(own) : asked;
}

/**
 * Reference and floor prices of a crop by grade: today's, or those that were carried last. A floor that the household has
 * agreed on with whom the station buys for stands before the county's, as long as something of its quantity is left.
 */
export function usePrices(crop: string, household: string, station: string): Found<readonly PriceOf[]> {
  const carried = useCarried();
  const { county } = useCounty();
  const asked = useQuery({
    ...ask('catalog', 'referencePrices', { params: { county }, query: { day: today(), crop } }),
    enabled: !carried,
  });
  const agreed = useQuery({
    ...ask('benefit', 'agreedFloors', { params: { county, id: household }, query: { station } }),
    enabled: !carried,
  });
  const prices = useMemo(() => {
    const floorOf = (grade: string) =>
      carried
        ? agreedFloorOf(carried.pack, { household, crop, grade }, carried.notes)
        : agreed.data?.find((f) => f.crop === crop && f.grade === grade && f.leftGrams > 0);
    const known: readonly PriceOf[] | undefined = carried
      ? carried.pack.prices.filter((one) => one.crop === crop)
      : asked.data;
    return known?.map((one) => {
      const floor = floorOf(one.grade);
      return floor ? { ...one, floorFenPerKg: floor.floorFenPerKg, agreed: true } : one;
    });
  }, [carried, asked.data, agreed.data, crop, household]);
  return carried && prices ? there(prices) : { ...asked, data: prices };
}

/** The varieties of a crop that the county knows. */
export function useVarieties(crop: string): readonly string[] {
  const carried = useCarried();
  const { county } = useCounty();
  const asked = useQuery({
    ...ask('catalog', 'varieties', { params: { county }, query: { crop } }),
    enabled: !carried,
  });
  // A pack that was carried before varieties were has none.
  const known = (carried ? carried.pack.varieties : asked.data) ?? [];
  return known.find((one) => one.crop === crop)?.names ?? [];
}

const there = <T>(data: T): Found<T> => ({ data, error: null, isPending: false, refetch: () => {} });
