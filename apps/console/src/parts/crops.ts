import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/ask.ts';
import { useWords } from '../i18n/index.tsx';

export const cropsQuestion = () => ({ ...ask('registry', 'crops'), staleTime: Number.POSITIVE_INFINITY });

/** Names of crops by code, and the choice of all of them for a form. */
export function useCrops() {
  const { locale } = useWords();
  const { data } = useQuery(cropsQuestion());
  const named = (crop: { nameZh: string; nameEn: string }) => (locale === 'zh' ? crop.nameZh : crop.nameEn);
  return {
    all: data ?? [],
    name: (code: string) => {
      const found = data?.find((crop) => crop.code === code);
      return found ? named(found) : code;
    },
    options: (data ?? []).map((crop) => ({ value: crop.code, label: named(crop) })),
    /** those that somebody grows; oil and kernels are made */
    grown: (data ?? [])
      .filter((crop) => crop.gramsPerMu !== null || crop.gramsPerTree !== null)
      .map((crop) => ({ value: crop.code, label: named(crop) })),
  };
}
