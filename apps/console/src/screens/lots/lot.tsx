import { useQuery } from '@tanstack/react-query';
import { App, Form } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { registry } from '#registry/contract';
import { type certificateBases, trace } from '#trace/contract';
import { trade } from '#trade/contract';
import type { Lot } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { count, dayTime, weight, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { FarmShare } from '../../parts/FarmShare.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { CountCell, MoneyCell, WeightCell } from '../../parts/money.tsx';
import { Facts, Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { LotScans } from '../codes/LotScans.tsx';
import { LotUnits } from '../codes/LotUnits.tsx';
import { PrintFiles } from '../codes/PrintFiles.tsx';
import { LotEvents } from '../events/LotEvents.tsx';
import { EvidenceLink } from '../ledger/evidence.tsx';
import { BasisChecks } from './BasisChecks.tsx';
import { CertificatePart } from './Certificate.tsx';
import { DutyPart } from './DutyPart.tsx';
import { FlowPart } from './FlowPart.tsx';
import { LotActions } from './LotActions.tsx';
import { LotTags } from './LotTags.tsx';
import { OperationsPart } from './OperationsPart.tsx';
import { PackLabels } from './PackLabels.tsx';

const lot = (county: number, id: string) => ask('trace', 'lot', { params: { county, id } });

export const loader = ahead((county, _url, id) => [lot(county, id)]);

/** One lot: where its grams came from, where they went, its certificate and its labels. */
export function Component() {
  const { t, locale } = useWords();
  const { county, may } = useCounty();
  const { message } = App.useApp();
  const id = useParams().id ?? '';
  const query = useQuery(lot(county, id));
  const packed = query.data?.lot.kind === 'packed';
  const share = useQuery({ ...ask('benefit', 'lotFarmShare', { params: { county, id } }), enabled: packed });
  const stocked = useQuery({
    ...ask('trade', 'stock', { params: { county }, query: { sku: query.data?.lot.sku ?? undefined, size: 200 } }),
    enabled: packed && may(trade.stock),
    select: ({ rows }) => rows.find((row) => row.lot === id),
  });
  const [certifying, setCertifying] = useState(false);
  const stock = useAct(api.trade.stockLot, { onDone: () => void message.success(t('lot.stocked')) });
  return (
    <Answer query={query}>
      {(all) => {
        const one = all.lot;
        return (
          <>
            <PageHeader
              title={t('lot.title', { number: one.number })}
              tags={<LotTags lot={one} />}
              about={
                one.productName
                  ? `${one.productName} ${one.skuName ?? ''}`
                  : `${one.cropName} · ${one.grade} · ${one.orgName}`
              }
              back={{ to: paths.lots(county), label: t('menu.lots') }}
              actions={
                <>
                  <LotActions lot={one} />
                  {may(trace.issueCertificate) && one.kind === 'raw' ? (
                    <MoveButton
                      label={t('lot.certify')}
                      primary={!one.certificate}
                      why={one.certificate ? t('lot.whyCertified') : one.gramsIn === 0 ? t('lot.whyEmpty') : undefined}
                      onClick={() => setCertifying(true)}
                    />
                  ) : null}
                  {may(trace.pack) && one.kind === 'raw' ? <PackLink county={county} lot={one} /> : null}
                  {may(trade.stockLot) && one.kind === 'packed' ? (
                    <MoveButton
                      label={t('lot.putOnSale')}
                      primary
                      loading={stock.busy}
                      why={
                        stocked.data ? t('lot.whyStocked') : one.state === 'recalled' ? t('lot.recalled') : undefined
                      }
                      onClick={() => stock.run({ params: { county }, body: { lot: id } })}
                    />
                  ) : null}
                </>
              }
            />
            {stock.error ? <ErrorState error={stock.error} compact /> : null}
            <div className="figures">
              <Figure
                label={one.kind === 'packed' ? t('lot.packsMade') : t('lot.in')}
                value={one.packs === null ? weight(one.gramsIn, locale) : count(one.packs)}
                note={one.packGrams ? t('lot.packOf', { weight: weight(one.packGrams, locale) }) : undefined}
              />
              <Figure label={t('lot.onHand')} value={weight(one.gramsOnHand, locale)} />
              <Figure
                label={t('lot.householdMoney')}
                value={yuan(one.householdFen)}
                tone="pine"
                note={t('lot.fromHouseholds', { n: one.households })}
              />
              {all.lossGrams > 0 ? <Figure label={t('lot.loss')} value={weight(all.lossGrams, locale)} /> : null}
            </div>
            <div className="columns">
              <div className="stack">
                <FlowPart id={id} />
                <Part title={t('lot.sources')} question={t('lot.sourcesWords')}>
                  <ShortTable
                    caption={t('lot.sources')}
                    rows={all.villages}
                    rowKey={(v) => v.village}
                    empty={t('lot.noSources')}
                    columns={[
                      { key: 'village', title: t('note.village'), render: (v) => v.villageName, card: 'title' },
                      {
                        key: 'households',
                        title: t('benefit.households'),
                        align: 'right',
                        render: (v) => <CountCell n={v.households} />,
                      },
                      {
                        key: 'grams',
                        title: t('note.grams'),
                        align: 'right',
                        render: (v) => <WeightCell grams={v.grams} />,
                      },
                      {
                        key: 'fen',
                        title: t('note.amount'),
                        align: 'right',
                        card: 'corner',
                        render: (v) => <MoneyCell fen={v.fen} />,
                      },
                    ]}
                  />
                </Part>
                {all.purchases.length > 0 ? (
                  <Part
                    title={t('lot.notes')}
                    more={<Link to={paths.notes(county, { lot: id })}>{t('action.all')}</Link>}
                  >
                    <ShortTable
                      caption={t('lot.notes')}
                      rows={all.purchases}
                      rowKey={(n) => n.id}
                      rowHref={(n) => paths.note(county, n.id)}
                      empty={t('lot.noSources')}
                      columns={[
                        {
                          key: 'number',
                          title: t('note.number'),
                          render: (n) => <span className="num">{n.number}</span>,
                          card: 'line',
                        },
                        {
                          key: 'household',
                          title: t('note.household'),
                          card: 'title',
                          render: (n) =>
                            may(registry.household) ? (
                              <Link to={paths.household(county, n.household)}>{n.headMasked}</Link>
                            ) : (
                              n.headMasked
                            ),
                        },
                        { key: 'village', title: t('note.village'), render: (n) => n.villageName },
                        {
                          key: 'grams',
                          title: t('note.grams'),
                          align: 'right',
                          render: (n) => <WeightCell grams={n.grams} />,
                        },
                        {
                          key: 'fen',
                          title: t('note.amount'),
                          align: 'right',
                          card: 'corner',
                          render: (n) => <MoneyCell fen={n.amountFen} />,
                        },
                      ]}
                    />
                  </Part>
                ) : null}
                {all.madeFrom.length > 0 ? (
                  <Part title={t('lot.madeFrom')}>
                    <Relatives county={county} rows={all.madeFrom} />
                  </Part>
                ) : null}
                {all.madeInto.length > 0 ? (
                  <Part title={t('lot.madeInto')}>
                    <Relatives county={county} rows={all.madeInto} />
                  </Part>
                ) : null}
                <LotEvents lot={id} />
                <OperationsPart operations={all.operations} />
                <Part title={t('lot.movements')} question={t('lot.movementsWords')}>
                  <ShortTable
                    caption={t('lot.movements')}
                    rows={all.movements.map((m, i) => ({ ...m, i }))}
                    rowKey={(m) => String(m.i)}
                    empty={t('lot.noMovements')}
                    columns={[
                      {
                        key: 'at',
                        card: 'wide',
                        title: t('ledger.at'),
                        render: (m) => <span className="num">{dayTime(m.at)}</span>,
                      },
                      {
                        key: 'kind',
                        title: t('lot.movement'),
                        card: 'title',
                        render: (m) => <MovementName kind={m.kind} />,
                      },
                      {
                        key: 'evidence',
                        title: t('ledger.evidence'),
                        render: (m) => <EvidenceLink kind={m.evidenceKind} id={m.evidence} />,
                      },
                      {
                        key: 'grams',
                        title: t('note.grams'),
                        align: 'right',
                        card: 'corner',
                        render: (m) => <WeightCell grams={m.grams} />,
                      },
                    ]}
                  />
                </Part>
                {one.kind === 'packed' ? (
                  <>
                    <PrintFiles lot={one} />
                    <LotUnits lot={one} />
                    <LotScans lot={one} />
                  </>
                ) : null}
              </div>
              <div className="stack">
                <Part title={t('lot.facts')}>
                  <Facts
                    items={[
                      [t('lot.org'), one.orgName],
                      [t('note.station'), one.stationName],
                      [t('product.origin'), one.villageName],
                      [
                        t('lot.harvest'),
                        one.harvestedFrom === one.harvestedTo
                          ? one.harvestedFrom
                          : `${one.harvestedFrom} – ${one.harvestedTo}`,
                      ],
                      [t('lot.madeOn'), one.madeOn],
                      [t('lot.expires'), one.expiresOn],
                      stocked.data
                        ? [
                            t('menu.stock'),
                            <Link key="s" to={paths.stock(county, { sku: stocked.data.sku })}>
                              {t('lot.stockLeft', { n: stocked.data.onHand - stocked.data.reserved })}
                            </Link>,
                          ]
                        : undefined,
                    ]}
                  />
                </Part>
                <DutyPart id={id} />
                {all.certificate ? <CertificatePart certificate={all.certificate} lot={one} /> : null}
                {one.kind === 'packed' ? <PackLabels county={county} lot={one} /> : null}
                {one.kind === 'packed' ? (
                  <Part title={t('product.share')}>
                    <Answer query={share} rows={2}>
                      {(known) => <FarmShare share={known} />}
                    </Answer>
                  </Part>
                ) : null}
              </div>
            </div>
            <Certify open={certifying} lot={one} onClose={() => setCertifying(false)} />
          </>
        );
      }}
    </Answer>
  );
}

function PackLink({ county, lot: one }: { county: number; lot: Lot }) {
  const { t } = useWords();
  const why = !one.certificate
    ? t('lot.whyNoCertificate')
    : one.gramsOnHand === 0
      ? t('lot.whyNothingLeft')
      : one.state === 'recalled'
        ? t('lot.recalled')
        : undefined;
  return why ? (
    <MoveButton label={t('lot.pack')} why={why} onClick={() => {}} />
  ) : (
    <Link className="button-link primary" to={paths.pack(county, { lot: one.id })}>
      {t('lot.pack')}
    </Link>
  );
}

function Relatives({
  county,
  rows,
}: {
  county: number;
  rows: readonly { id: string; number: string; grams: number }[];
}) {
  const { t } = useWords();
  return (
    <ShortTable
      caption={t('menu.lots')}
      rows={rows}
      rowKey={(r) => r.id}
      rowHref={(r) => paths.lot(county, r.id)}
      empty=""
      columns={[
        {
          key: 'number',
          title: t('lot.number'),
          render: (r) => <span className="num">{r.number}</span>,
          card: 'title',
        },
        {
          key: 'grams',
          title: t('note.grams'),
          align: 'right',
          card: 'corner',
          render: (r) => <WeightCell grams={r.grams} />,
        },
      ]}
    />
  );
}

const movementKinds = ['purchase', 'reversal', 'taken', 'made', 'loss', 'stocked', 'given_back', 'unmade'] as const;

function MovementName({ kind }: { kind: string }) {
  const { t } = useWords();
  // Before there was more than packing, its movements had names of their own.
  const now = kind.replace('packed_from', 'taken').replace('packed_into', 'made');
  const known = movementKinds.find((k) => k === now);
  return <>{known ? t(`movement.${known}`) : kind}</>;
}

function Certify({ open, lot: one, onClose }: { open: boolean; lot: Lot; onClose: () => void }) {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ basis: (typeof certificateBases)[number][] }>();
  const act = useAct(api.trace.issueCertificate, { onDone: onClose });
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={t('lot.certify')}
      okText={t('lot.certifyNow')}
      onClose={onClose}
    >
      <p className="modal-words">
        {t('lot.certifyWords', { number: one.number, weight: weight(one.gramsOnHand, locale) })}
      </p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ basis: ['quality_control'] }}
        onFinish={(body) => act.run({ params: { county, id: one.id }, body })}
      >
        <Form.Item
          name="basis"
          label={t('certificate.basis')}
          rules={[{ type: 'array', min: 1, message: t('certificate.basisNeeded') }]}
        >
          <BasisChecks label={t('certificate.basis')} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
      <p className="hint">{t('lot.certifyHint')}</p>
    </FormModal>
  );
}
