import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { trace } from '#trace/contract';
import type { Device } from '../../api/answers.ts';
import { asProblem } from '../../api/as-problem.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { lockDevice, removeDevice, setUpDevice, useDevice } from '../../offline/device.ts';
import { useOwnDevice } from '../../offline/own-device.ts';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { useCounty, useSession } from '../../session/session.ts';
import { useStations } from '../station/stations.ts';
import { NewPin } from './NewPin.tsx';
import { UnlockForm } from './UnlockForm.tsx';

const list = (county: number, url: URLSearchParams) =>
  ask('trace', 'devices', { params: { county }, query: pageOf(url) });

export const loader = ahead((county, url) => [list(county, url)]);

/** Devices that work without a signal: this one, and the county's. */
export function Component() {
  const { t } = useWords();
  const { county, may, is } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [revoking, setRevoking] = useState<Device>();
  const revoke = useAct(api.trace.revokeDevice, { onDone: () => setRevoking(undefined) });
  const columns: Column<Device>[] = [
    { key: 'letters', title: t('device.letters'), render: (d) => <b>{d.letters}</b>, width: 80, card: 'corner' },
    { key: 'name', title: t('device.name'), render: (d) => d.name, card: 'title' },
    { key: 'person', title: t('device.person'), render: (d) => d.personName },
    { key: 'station', title: t('note.station'), render: (d) => d.stationName ?? t('device.readsOnly'), card: 'wide' },
    {
      key: 'last',
      title: t('device.lastNote'),
      render: (d) => <span className="num">{d.lastNoteAt ? dayTime(d.lastNoteAt) : '—'}</span>,
      width: 150,
    },
    {
      key: 'state',
      title: t('note.state'),
      width: 190,
      card: 'wide',
      render: (d) =>
        d.revokedAt ? (
          <StatusTag tone="quiet">{t('device.revokedFor', { why: d.revokedWhy ?? '' })}</StatusTag>
        ) : may(trace.revokeDevice) ? (
          <span className="row-actions">
            <Button danger onClick={() => setRevoking(d)}>
              {t('device.revoke')}
            </Button>
          </span>
        ) : (
          <StatusTag tone="good">{t('device.inUse')}</StatusTag>
        ),
    },
  ];
  return (
    <>
      <PageHeader title={t('menu.devices')} about={t('device.about')} />
      {is('keeper', 'cadre') ? <ThisDevice /> : null}
      <div className="below">
        <DataTable
          caption={t('menu.devices')}
          columns={columns}
          state={state}
          query={query}
          rowKey={(d) => d.id}
          empty={{ title: t('device.none'), words: t('device.noneWords') }}
        />
      </div>
      <ConfirmWithReason
        open={revoking !== undefined}
        title={t('device.revokeTitle', { letters: revoking?.letters ?? '' })}
        confirm={t('device.revoke')}
        presets={[t('device.reasonLost'), t('device.reasonReplaced')]}
        danger
        busy={revoke.busy}
        error={revoke.error}
        onConfirm={(reason) => revoking && revoke.run({ params: { county, id: revoking.id }, body: { reason } })}
        onCancel={() => setRevoking(undefined)}
      >
        {t('device.revokeWords')}
      </ConfirmWithReason>
    </>
  );
}

/** This browser as a device: set it up, or how it stands. */
function ThisDevice() {
  const { t } = useWords();
  const any = useDevice();
  const own = useOwnDevice();
  const [removing, setRemoving] = useState(false);
  if (any.state !== 'none' && !own) {
    return (
      <Part title={t('device.this')}>
        <p>{t('device.somebodyElses')}</p>
        {any.waiting > 0 ? (
          <p className="warn">{t('device.held', { n: any.waiting })}</p>
        ) : (
          <Button onClick={() => void removeDevice()}>{t('device.remove')}</Button>
        )}
      </Part>
    );
  }
  if (!own) return <SetUp />;
  if (own.state === 'locked') return <UnlockForm />;
  return (
    <Part title={t('device.this')}>
      <Facts
        items={[
          [t('device.letters'), own.record.letters],
          [t('device.waitingShort'), String(own.waiting)],
          [
            t('device.carriedShort'),
            own.pack ? t('device.carried', { n: own.pack.households.length, at: dayTime(own.pack.at) }) : '—',
          ],
        ]}
      />
      <div className="buy-actions">
        <Button size="large" onClick={() => void lockDevice()}>
          {t('device.lock')}
        </Button>
        <Button size="large" danger disabled={own.waiting > 0} onClick={() => setRemoving(true)}>
          {t('device.remove')}
        </Button>
      </div>
      {own.waiting > 0 ? <p className="mute">{t('device.whyNotRemove')}</p> : null}
      <Modal
        open={removing}
        title={t('device.remove')}
        okText={t('device.remove')}
        okButtonProps={{ danger: true }}
        cancelText={t('action.cancel')}
        onCancel={() => setRemoving(false)}
        onOk={() => void removeDevice().then(() => setRemoving(false))}
      >
        {t('device.removeWords')}
      </Modal>
    </Part>
  );
}

function SetUp() {
  const { t } = useWords();
  const { county } = useCounty();
  const session = useSession();
  const { chosen } = useStations();
  const [choosing, setChoosing] = useState(false);
  const name = /Android|iPhone|iPad/.exec(navigator.userAgent)?.[0] ?? t('device.computer');
  const act = useAct((pin: string, { key }) =>
    setUpDevice({ county, station: chosen?.id ?? null, name, session }, pin, key ?? crypto.randomUUID()),
  );
  const problem = act.error ? asProblem(act.error, t) : undefined;
  return (
    <Part title={t('device.this')}>
      <p>{t(chosen ? 'device.setUpWords' : 'device.setUpCadre')}</p>
      {choosing ? (
        <div className="station device-door">
          <NewPin busy={act.busy} onPin={act.run} />
        </div>
      ) : (
        <Button type="primary" size="large" onClick={() => setChoosing(true)}>
          {t('device.setUp')}
        </Button>
      )}
      {problem ? (
        <p className="form-problem" role="alert">
          {problem.title}
        </p>
      ) : null}
    </Part>
  );
}
