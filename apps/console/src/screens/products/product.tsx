import { useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { benefit } from '#benefit/contract';
import { catalog, movesByHand, productMoves, type productStates, storageWords } from '#catalog/contract';
import { trade } from '#trade/contract';
import type { Product, Sku } from '../../api/answers.ts';
import { asProblem } from '../../api/as-problem.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, perJin, weight } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { cropsQuestion, useCrops } from '../../parts/crops.ts';
import { ShortTable } from '../../parts/DataTable.tsx';
import { FarmShare } from '../../parts/FarmShare.tsx';
import { Icon } from '../../parts/icons.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { ApproveDialog } from './ApproveDialog.tsx';
import { ClaimsPart } from './ClaimsPart.tsx';
import { ProductForm } from './ProductForm.tsx';
import { SkuDialog } from './SkuDialog.tsx';
import { SkuOffersDialog } from './SkuOffersDialog.tsx';
import { needsReason, productTones, whyNot } from './states.ts';
import { Thumb } from './Thumb.tsx';

const product = (county: number, id: string) => ask('catalog', 'catalogProduct', { params: { county, id } });

export const loader = ahead((county, _url, id) => [product(county, id), cropsQuestion()]);

/** One product: what it says, what it costs, its pictures, and its way into the shop. */
export function Component() {
  const { t, say, listed } = useWords();
  const { county, may, is } = useCounty();
  const id = useParams().id ?? '';
  const query = useQuery(product(county, id));
  const share = useQuery(ask('benefit', 'productFarmShare', { params: { county, id } }));
  const [editing, setEditing] = useState(false);
  const [reasonFor, setReasonFor] = useState<(typeof productStates)[number]>();
  const [approving, setApproving] = useState<string>();
  const [sku, setSku] = useState<{ open: boolean; sku?: Sku }>({ open: false });
  const change = useAct(api.catalog.changeProduct, { onDone: () => setEditing(false) });
  const move = useAct(api.catalog.moveProduct, { onDone: () => setReasonFor(undefined) });
  const crops = useCrops();
  return (
    <Answer query={query}>
      {({ product: one, moves }) => (
        <>
          <PageHeader
            title={one.nameZh}
            tags={<StatusTag tone={productTones[one.state]}>{say(productMoves.states[one.state])}</StatusTag>}
            about={one.taglineZh || `${one.orgName} · ${one.originName}`}
            back={{ to: paths.products(county), label: t('menu.products') }}
            actions={movesByHand(one.state).map((next, i) => {
              const why = whyNot(one, next.act, is);
              return (
                <MoveButton
                  key={next.act}
                  label={say(next.label)}
                  why={why ? t(why) : undefined}
                  primary={i === 0 && next.act !== 'withdraw'}
                  danger={next.act === 'withdraw'}
                  loading={move.busy}
                  onClick={() =>
                    next.act === 'approve'
                      ? setApproving(say(next.label))
                      : needsReason.includes(next.act)
                        ? setReasonFor(next.to)
                        : move.run({ params: { county, id }, body: { to: next.to } })
                  }
                />
              );
            })}
          />
          {approving ? <ApproveDialog id={id} title={approving} onClose={() => setApproving(undefined)} /> : null}
          {move.error && !reasonFor ? <ErrorState error={move.error} compact /> : null}
          <div className="columns">
            <div className="stack">
              <Part
                title={t('sku.title')}
                more={
                  may(catalog.addSku) ? <Button onClick={() => setSku({ open: true })}>{t('sku.add')}</Button> : null
                }
              >
                <Skus
                  one={one}
                  onEdit={may(catalog.changeSku) ? (which) => setSku({ open: true, sku: which }) : undefined}
                />
              </Part>
              <Part
                title={t('product.words')}
                more={
                  may(catalog.changeProduct) && !editing ? (
                    <Button onClick={() => setEditing(true)}>{t('action.edit')}</Button>
                  ) : null
                }
              >
                {editing ? (
                  <ProductForm
                    initial={one}
                    busy={change.busy}
                    error={change.error}
                    onCancel={() => setEditing(false)}
                    onSubmit={(body) => change.run({ params: { county, id }, body })}
                  />
                ) : (
                  <>
                    <Facts
                      items={[
                        [t('product.nameEn'), one.nameEn || '—'],
                        [t('product.org'), one.orgName],
                        [t('product.origin'), `${one.townshipName} ${one.originName}`],
                        [
                          t('household.crop'),
                          <span key="crop">
                            {[crops.name(one.crop), one.variety].filter(Boolean).join(' · ')}{' '}
                            {may(benefit.figures) ? (
                              <Link to={paths.section(county, 'figures', { crop: one.crop })}>{t('figures.open')}</Link>
                            ) : null}
                          </span>,
                        ],
                        [t('product.storage'), say(storageWords[one.storage])],
                        [t('product.shelf'), t('product.shelfDays', { days: one.shelfLifeDays })],
                        [t('product.months'), listed(one.harvestMonths.map((n) => t('product.month', { n }))) || '—'],
                      ]}
                    />
                    {one.storyZh ? (
                      <div className="story">{one.storyZh}</div>
                    ) : (
                      <p className="mute">{t('product.noStory')}</p>
                    )}
                  </>
                )}
              </Part>
              <Part title={t('product.history')}>
                {moves.length === 0 ? (
                  <p className="mute">{t('product.noHistory')}</p>
                ) : (
                  <ol className="timeline">
                    {moves.map((m) => (
                      <li key={m.id}>
                        <b>{say(productMoves.states[m.to])}</b>{' '}
                        <span className="mute num">
                          {dayTime(m.at)} {m.byName ?? ''}
                        </span>
                        {m.reason ? <div>{m.reason}</div> : null}
                      </li>
                    ))}
                  </ol>
                )}
              </Part>
            </div>
            <div className="stack">
              <Part title={t('product.pictures')}>
                <Pictures county={county} one={one} />
              </Part>
              <ClaimsPart id={id} />
              <Part title={t('product.share')} question={t('product.shareWords')}>
                <Answer query={share} rows={2}>
                  {(known) => <FarmShare share={known} />}
                </Answer>
              </Part>
            </div>
          </div>
          <SkuDialog
            county={county}
            product={id}
            open={sku.open}
            sku={sku.sku}
            onClose={() => setSku({ open: false })}
          />
          <ConfirmWithReason
            open={Boolean(reasonFor)}
            title={reasonFor === 'withdrawn' ? t('product.withdrawTitle') : t('product.returnTitle')}
            confirm={reasonFor === 'withdrawn' ? t('product.withdraw') : t('product.return')}
            presets={
              reasonFor === 'withdrawn'
                ? [t('product.reasonSoldOut'), t('product.reasonSeason'), t('product.reasonQuality')]
                : [t('product.reasonPicture'), t('product.reasonPrice'), t('product.reasonOrigin')]
            }
            danger={reasonFor === 'withdrawn'}
            busy={move.busy}
            error={move.error}
            onCancel={() => {
              setReasonFor(undefined);
              move.reset();
            }}
            onConfirm={(reason) => {
              if (reasonFor) move.run({ params: { county, id }, body: { to: reasonFor, reason } });
            }}
          />
        </>
      )}
    </Answer>
  );
}

function Skus({ one, onEdit }: { one: Product; onEdit?: (sku: Sku) => void }) {
  const { t, locale } = useWords();
  const { county, may } = useCounty();
  const [selling, setSelling] = useState<Sku>();
  const left = useQuery(ask('trade', 'availability', { params: { county, id: one.id } }));
  const of = (sku: Sku) => left.data?.find((row) => row.sku === sku.id);
  return (
    <>
      <ShortTable
        caption={t('sku.title')}
        rows={one.skus}
        rowKey={(s) => s.id}
        empty={t('sku.none')}
        columns={[
          {
            key: 'name',
            title: t('sku.nameZh'),
            card: 'title',
            render: (s) => (
              <>
                {s.nameZh} <small className="gtin mute num">{s.gtin}</small>
              </>
            ),
          },
          { key: 'grade', title: t('weigh.grade'), render: (s) => s.grade },
          {
            key: 'net',
            title: t('sku.net'),
            align: 'right',
            render: (s) => <span className="num">{weight(s.netGrams, locale)}</span>,
          },
          {
            key: 'price',
            title: t('sku.price'),
            align: 'right',
            card: 'corner',
            render: (s) => <MoneyCell fen={s.priceFen} tone="price" />,
          },
          {
            key: 'jin',
            title: t('sku.priceJin'),
            align: 'right',
            render: (s) => <span className="num">{perJin((s.priceFen * 1000) / s.netGrams)}</span>,
          },
          {
            key: 'left',
            title: t('sku.available'),
            align: 'right',
            render: (s) => <span className="num">{of(s)?.available ?? '—'}</span>,
          },
          {
            key: 'sale',
            title: t('product.state'),
            render: (s) => (
              <StatusTag tone={s.onSale ? 'good' : 'quiet'}>{s.onSale ? t('sku.sells') : t('sku.rests')}</StatusTag>
            ),
          },
          ...(may(trade.setSkuPrices)
            ? [
                {
                  key: 'terms',
                  title: t('terms.title'),
                  card: 'wide' as const,
                  render: (s: Sku) => (
                    <Button size="small" onClick={() => setSelling(s)}>
                      {t('terms.edit')}
                    </Button>
                  ),
                },
              ]
            : []),
          ...(onEdit
            ? [
                {
                  key: 'edit',
                  title: t('action.edit'),
                  render: (s: Sku) => (
                    <Button size="small" onClick={() => onEdit(s)}>
                      {t('action.edit')}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <SkuOffersDialog county={county} product={one.id} sku={selling} onClose={() => setSelling(undefined)} />
    </>
  );
}

function Pictures({ county, one }: { county: number; one: Product }) {
  const { t } = useWords();
  const { may } = useCounty();
  const picker = useRef<HTMLInputElement>(null);
  const [removing, setRemoving] = useState<string>();
  const add = useAct((input: { county: number; id: string; file: File }, options) =>
    api.catalog.addPicture({ params: { county: input.county, id: input.id } }, { ...options, file: input.file }),
  );
  const remove = useAct(api.catalog.removePicture, { onDone: () => setRemoving(undefined) });
  const problem = add.error ? asProblem(add.error, t) : undefined;
  return (
    <>
      <ul className="pictures">
        {one.pictures.map((picture) => (
          <li key={picture.file}>
            <Thumb picture={picture} alt={picture.altZh} large />
            {may(catalog.removePicture) ? (
              <button
                type="button"
                className="picture-remove"
                aria-label={t('product.removePicture')}
                onClick={() => setRemoving(picture.file)}
              >
                <Icon name="close" size={16} />
              </button>
            ) : null}
          </li>
        ))}
        {may(catalog.addPicture) && one.pictures.length < 9 ? (
          <li>
            <button type="button" className="picture-add" disabled={add.busy} onClick={() => picker.current?.click()}>
              <Icon name="upload" size={24} />
              {add.busy ? t('product.uploading') : t('product.addPicture')}
            </button>
          </li>
        ) : null}
      </ul>
      <input
        ref={picker}
        type="file"
        hidden
        accept="image/jpeg,image/png,image/webp"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) add.run({ county, id: one.id, file });
        }}
      />
      {problem ? (
        <p className="form-problem" role="alert">
          {problem.title}
        </p>
      ) : (
        <p className="hint">{t('product.pictureWords')}</p>
      )}
      <Modal
        open={Boolean(removing)}
        title={t('product.removePicture')}
        okText={t('action.remove')}
        cancelText={t('action.cancel')}
        okButtonProps={{ danger: true, loading: remove.busy }}
        onOk={() => {
          if (removing) remove.run({ params: { county, id: one.id, file: removing } });
        }}
        onCancel={() => setRemoving(undefined)}
      >
        <p>{t('product.removePictureWords')}</p>
        {remove.error ? <ErrorState error={remove.error} compact /> : null}
      </Modal>
    </>
  );
}
