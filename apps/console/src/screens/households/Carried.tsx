import { Input } from 'antd';
import { useMemo, useState } from 'react';
import { dayTime, weightRound } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { findHouseholds } from '../../offline/find-household.ts';
import { useOwnDevice } from '../../offline/own-device.ts';
import { capacityOf } from '../../offline/pack.ts';
import { Icon } from '../../parts/icons.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { UnlockForm } from '../device/UnlockForm.tsx';

const MOST_ROWS = 50;

/** The households that this device carries, for when there is no signal: whose they are and what they can still bring. */
export function CarriedHouseholds() {
  const { t, locale } = useWords();
  const device = useOwnDevice();
  const [q, setQ] = useState('');
  const open = device?.state === 'open' && device.pack ? { pack: device.pack, notes: device.notes } : undefined;
  const found = useMemo(() => (open ? findHouseholds(open.pack.households, q) : []), [open, q]);
  if (device?.state === 'locked') return <UnlockForm />;
  if (!open) return null;
  return (
    <div className="station">
      <PageHeader title={t('menu.households')} about={t('device.carriedAt', { at: dayTime(open.pack.at) })} />
      <Input
        size="large"
        type="search"
        allowClear
        aria-label={t('weigh.findHousehold')}
        placeholder={t('weigh.findHousehold')}
        value={q}
        onChange={(event) => setQ(event.target.value)}
        prefix={<Icon name="search" />}
      />
      {found.length === 0 ? (
        <EmptyState title={t('weigh.noHousehold')} />
      ) : (
        <ul className="plain-list">
          {found.slice(0, MOST_ROWS).map((one) => (
            <li key={one.id} className="list-row">
              <span>
                <b>
                  {one.headMasked} <span className="mute">{one.code}</span>
                </b>
                <span className="mute">
                  {one.villageName} ·{' '}
                  {capacityOf(open.pack, one.id, open.notes)
                    .map((crop) =>
                      t('device.cropLeft', {
                        crop: crop.cropName,
                        left: weightRound(Math.max(0, crop.limitGrams - crop.boughtGrams), locale),
                      }),
                    )
                    .join('；') || '—'}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {found.length > MOST_ROWS ? (
        <p className="mute">{t('weigh.moreHouseholds', { n: found.length - MOST_ROWS })}</p>
      ) : null}
    </div>
  );
}
