import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useEffect, useState } from 'react';
import { ask } from '../api/ask.ts';
import { useWords } from '../i18n/index.tsx';

const below = (parent: string) => ({
  ...ask('registry', 'regions', { query: { parent } }),
  staleTime: Number.POSITIVE_INFINITY,
});

/**
 * Picks a village (or, where that is enough, a township or the whole county) of one county.
 * `within` is the region prefix of whoever picks: a keeper is not offered another township.
 */
export function RegionPicker({
  county,
  value,
  onChange,
  id,
  level = 'village',
  within = '',
}: {
  county: number;
  value?: string;
  onChange?: (code: string | undefined) => void;
  id?: string;
  level?: 'village' | 'any';
  within?: string;
}) {
  const { t } = useWords();
  const code = String(county).padEnd(12, '0');
  const fixed = within.length >= 9 ? within.slice(0, 9) : undefined;
  const [township, setTownship] = useState<string | undefined>(
    () => fixed ?? (value && value.length >= 9 ? value.slice(0, 9) : undefined),
  );
  useEffect(() => {
    if (value && value.length >= 9 && !value.startsWith(township ?? '-')) setTownship(value.slice(0, 9));
  }, [value, township]);
  const townships = useQuery(below(code));
  const villages = useQuery({ ...below((township ?? '').padEnd(12, '0')), enabled: Boolean(township) });
  const village = value && value.length === 12 && !value.endsWith('000') ? value : undefined;
  return (
    <div className="region-picker">
      <Select
        id={id}
        aria-label={t('region.township')}
        placeholder={level === 'any' ? t('region.wholeCounty') : t('region.township')}
        allowClear={!fixed}
        disabled={Boolean(fixed)}
        showSearch={{ optionFilterProp: 'label' }}
        loading={townships.isPending}
        options={townships.data?.map((r) => ({ value: r.code.slice(0, 9), label: r.name }))}
        value={township}
        onChange={(next: string | undefined) => {
          setTownship(next);
          onChange?.(level === 'any' ? (next ?? String(county)) : undefined);
        }}
      />
      <Select
        aria-label={t('region.village')}
        placeholder={level === 'any' ? t('region.wholeTownship') : t('region.village')}
        allowClear={level === 'any'}
        disabled={!township}
        showSearch={{ optionFilterProp: 'label' }}
        loading={villages.isFetching}
        options={villages.data?.filter((r) => r.code.startsWith(within)).map((r) => ({ value: r.code, label: r.name }))}
        value={village}
        onChange={(next: string | undefined) => onChange?.(next ?? (level === 'any' ? township : undefined))}
      />
    </div>
  );
}
