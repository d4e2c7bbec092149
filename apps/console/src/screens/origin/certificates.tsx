import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Segmented } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { urlOf } from '#platform/http/client.ts';
import { certificateBasisWords, certificateStateWords, issuerWords, trace } from '#trace/contract';
import type { CertificateRow, ReceivedCertificate } from '../../api/answers.ts';
import { ahead, ask, given } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { WeightCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { pageOf, type UrlState, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { ReceiveDialog } from './ReceiveDialog.tsx';

const issued = (county: number, url: URLSearchParams) =>
  ask('trace', 'certificates', {
    params: { county },
    query: { ...pageOf(url), q: given(url, 'q'), due: url.get('due') ? true : undefined },
  });
const received = (county: number, url: URLSearchParams) =>
  ask('trace', 'receivedCertificates', { params: { county }, query: { ...pageOf(url), q: given(url, 'q') } });

export const loader = ahead((county, url) => [
  url.get('tab') === 'received' ? received(county, url) : issued(county, url),
]);

const tones: Record<CertificateRow['state'], Tone> = { valid: 'good', replaced: 'quiet', recalled: 'stop' };

/** Certificates that were issued, and those that were received from sellers. */
export function Component() {
  const { t } = useWords();
  const { may } = useCounty();
  const state = useUrlState();
  const [receiving, setReceiving] = useState(false);
  const tab = state.get('tab') === 'received' ? 'received' : 'issued';
  return (
    <>
      <PageHeader
        title={t('menu.certificates')}
        about={t(tab === 'issued' ? 'certificates.about' : 'received.about')}
        actions={
          tab === 'received' && may(trace.receiveCertificate) ? (
            <Button type="primary" onClick={() => setReceiving(true)}>
              {t('received.add')}
            </Button>
          ) : null
        }
      />
      <p>
        <Segmented
          aria-label={t('menu.certificates')}
          options={[
            { value: 'issued', label: t('certificates.issued') },
            { value: 'received', label: t('certificates.received') },
          ]}
          value={tab}
          onChange={(value) => state.set({ tab: value === 'issued' ? undefined : value, q: undefined, page: 1 })}
        />
      </p>
      {tab === 'issued' ? <Issued state={state} /> : <Received state={state} />}
      <ReceiveDialog open={receiving} onClose={() => setReceiving(false)} />
    </>
  );
}

function Issued({ state }: { state: UrlState }) {
  const { t, say, listed } = useWords();
  const { county } = useCounty();
  const query = useQuery({ ...issued(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<CertificateRow>[] = [
    {
      key: 'number',
      title: t('certificates.number'),
      card: 'wide',
      render: (c) => <span className="num">{c.number}</span>,
    },
    { key: 'product', title: t('certificates.product'), card: 'title', render: (c) => c.productName },
    {
      key: 'lot',
      title: t('certificates.lot'),
      render: (c) => (
        <Link className="num" to={paths.lot(county, c.lot)}>
          {c.lotNumber}
        </Link>
      ),
    },
    { key: 'grams', title: t('note.grams'), align: 'right', render: (c) => <WeightCell grams={c.grams} /> },
    {
      key: 'basis',
      title: t('certificates.basis'),
      card: 'wide',
      render: (c) => listed(c.basis.map((one) => say(certificateBasisWords[one]))),
    },
    {
      key: 'state',
      title: t('certificates.state'),
      card: 'corner',
      render: (c) => <StatusTag tone={tones[c.state]}>{say(certificateStateWords[c.state])}</StatusTag>,
    },
    { key: 'issuedOn', title: t('certificates.issuedOn'), render: (c) => <span className="num">{c.issuedOn}</span> },
    { key: 'kept', title: t('certificates.keptUntil'), render: (c) => <span className="num">{c.keptUntil}</span> },
    {
      key: 'verify',
      title: '',
      card: 'wide',
      render: (c) => (
        <a href={`/certificates/${c.code}`} target="_blank" rel="noreferrer">
          {t('certificates.verify')}
        </a>
      ),
    },
  ];
  return (
    <DataTable
      caption={t('menu.certificates')}
      columns={columns}
      state={state}
      query={query}
      rowKey={(c) => c.id}
      search={t('certificates.search')}
      extra={
        <Checkbox
          checked={Boolean(state.get('due'))}
          onChange={(event) => state.set({ due: event.target.checked ? 'yes' : undefined, page: 1 })}
        >
          {t('certificates.due')}
        </Checkbox>
      }
      empty={{ title: t('certificates.none'), words: t('certificates.noneText') }}
    />
  );
}

function Received({ state }: { state: UrlState }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const query = useQuery({ ...received(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<ReceivedCertificate>[] = [
    {
      key: 'seller',
      title: t('received.seller'),
      card: 'title',
      render: (r) => (
        <>
          {r.sellerName} <span className="mute">{say(issuerWords[r.sellerKind])}</span>
        </>
      ),
    },
    { key: 'crop', title: t('received.crop'), render: (r) => r.cropName },
    { key: 'grams', title: t('note.grams'), align: 'right', render: (r) => <WeightCell grams={r.grams} /> },
    {
      key: 'number',
      title: t('received.number'),
      card: 'wide',
      render: (r) =>
        r.number ? (
          <>
            <span className="num">{r.number}</span>{' '}
            {r.issuedHere ? <StatusTag tone="gold">{t('received.here')}</StatusTag> : null}
          </>
        ) : (
          <span className="mute">{t('received.exempt')}</span>
        ),
    },
    { key: 'buyer', title: t('received.buyer'), render: (r) => r.buyerName },
    { key: 'on', title: t('received.boughtOn'), render: (r) => <span className="num">{r.boughtOn}</span> },
    { key: 'kept', title: t('certificates.keptUntil'), render: (r) => <span className="num">{r.keptUntil}</span> },
    {
      key: 'file',
      title: '',
      card: 'corner',
      render: (r) =>
        r.hasFile ? (
          <a href={urlOf(trace.receivedFile, { params: { county, id: r.id } })} download>
            {t('received.open')}
          </a>
        ) : null,
    },
  ];
  return (
    <DataTable
      caption={t('certificates.received')}
      columns={columns}
      state={state}
      query={query}
      rowKey={(r) => r.id}
      search={t('received.seller')}
      empty={{ title: t('received.none'), words: t('received.noneText') }}
    />
  );
}
