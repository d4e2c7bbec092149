import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { bearerWords, promotionKindWords, trade } from '#trade/contract';
import type { CouponTemplate, Promotion } from '../../api/answers.ts';
import { ahead, ask, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { useCounty } from '../../session/session.ts';
import { AddCoupon } from './AddCoupon.tsx';
import { AddPromotion } from './AddPromotion.tsx';

const states = ['running', 'coming', 'over'] as const;
const tones = { running: 'good', coming: 'wait', over: 'quiet' } as const;

const promotions = (county: number, url: URLSearchParams) =>
  ask('trade', 'promotions', { params: { county }, query: { ...pageOf(url), state: oneOf(states, url.get('state')) } });
const coupons = (county: number) => ask('trade', 'couponTemplates', { params: { county }, query: { size: 100 } });

export const loader = ahead((county, url) => [promotions(county, url), coupons(county)]);

/** What lowers prices in this county, how long, at whose cost, and what it cost so far. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...promotions(county, state.params), placeholderData: keepPreviousData });
  const templates = useQuery(coupons(county));
  const [adding, setAdding] = useState<'promotion' | 'coupon'>();
  const [ending, setEnding] = useState<Promotion>();
  const [stopping, setStopping] = useState<CouponTemplate>();
  const [giving, setGiving] = useState<CouponTemplate>();
  const end = useAct(api.trade.endPromotion, { onDone: () => setEnding(undefined) });
  const stop = useAct(api.trade.endCouponTemplate, { onDone: () => setStopping(undefined) });
  const give = useAct(api.trade.giveCoupons);
  const mayGive = useMayBear();
  return (
    <>
      <PageHeader title={t('menu.promotions')} about={t('promo.about')} />
      <Part
        title={t('promo.title')}
        question={t('promo.words')}
        more={may(trade.addPromotion) ? <Button onClick={() => setAdding('promotion')}>{t('promo.add')}</Button> : null}
        flush
      >
        <DataTable<Promotion>
          caption={t('promo.title')}
          state={state}
          query={query}
          rowKey={(p) => p.id}
          filters={[
            {
              key: 'state',
              label: t('order.state'),
              options: states.map((s) => ({ value: s, label: t(`promo.${s}`) })),
            },
          ]}
          empty={{ title: t('promo.none') }}
          columns={[
            ...usePromotionColumns(),
            endColumn(t('promo.end'), (p: Promotion) => p.state !== 'over' && mayGive(p), setEnding),
          ]}
        />
      </Part>
      <Part
        title={t('coupons.title')}
        question={t('coupons.words')}
        more={
          may(trade.addCouponTemplate) ? <Button onClick={() => setAdding('coupon')}>{t('coupons.add')}</Button> : null
        }
        flush
      >
        <DataTable<CouponTemplate>
          caption={t('coupons.title')}
          rows={templates.data?.rows}
          state={state}
          query={templates}
          rowKey={(c) => c.id}
          empty={{ title: t('coupons.none') }}
          columns={[
            ...useCouponColumns(),
            endColumn(t('coupons.give'), (c: CouponTemplate) => !c.endedAt && mayGive(c), setGiving),
            endColumn(t('coupons.end'), (c: CouponTemplate) => !c.endedAt && mayGive(c), setStopping),
          ]}
        />
      </Part>
      <AddPromotion open={adding === 'promotion'} onClose={() => setAdding(undefined)} />
      <AddCoupon open={adding === 'coupon'} onClose={() => setAdding(undefined)} />
      <Sure
        title={ending && `${t('promo.end')} · ${ending.name}`}
        words={t('promo.endWords')}
        act={end}
        onClose={() => setEnding(undefined)}
        onSure={() => ending && end.run({ params: { county, id: ending.id } })}
      />
      <Sure
        title={stopping && `${t('coupons.end')} · ${stopping.name}`}
        words={t('coupons.endWords')}
        act={stop}
        onClose={() => setStopping(undefined)}
        onSure={() => stopping && stop.run({ params: { county, id: stopping.id } })}
      />
      <Sure
        title={giving && `${t('coupons.give')} · ${giving.name}`}
        words={give.answer ? t('coupons.given', give.answer) : t('coupons.giveWords')}
        act={give}
        done={give.answer !== undefined}
        onClose={() => {
          setGiving(undefined);
          give.reset();
        }}
        onSure={() => giving && give.run({ params: { county, id: giving.id }, body: { members: true } })}
      />
    </>
  );
}

/** Whether this person may speak for who bears a discount. */
function useMayBear() {
  const { is, memberships } = useCounty();
  return ({ bearer, org }: { bearer: 'merchant' | 'county' | 'platform'; org: string | null }) =>
    bearer === 'merchant'
      ? memberships.some((m) => m.role === 'merchant' && m.org === org)
      : is(bearer === 'county' ? 'operator' : 'platform');
}

function endColumn<Row>(label: string, may: (row: Row) => boolean, act: (row: Row) => void): Column<Row> {
  return {
    key: label,
    title: '',
    render: (row) =>
      may(row) ? (
        <Button size="small" onClick={() => act(row)}>
          {label}
        </Button>
      ) : null,
  };
}

function Cost({ cost }: { cost: Promotion['cost'] }) {
  const { t, say } = useWords();
  if (cost.length === 0) return <span className="mute">{t('promo.noCost')}</span>;
  return cost.map((c) => (
    <div key={c.bearer} className="num">
      {t('promo.costOf', { fen: yuan(c.fen), orders: c.orders })}{' '}
      <small className="mute">{say(bearerWords[c.bearer])}</small>
    </div>
  ));
}

function usePromotionColumns(): Column<Promotion>[] {
  const { t, say } = useWords();
  const content = (p: Promotion): string[] => [
    ...p.steps.map(({ fromFen, offFen }) =>
      t(p.repeats ? 'promo.eachStepLine' : 'promo.stepLine', { from: yuan(fromFen), off: yuan(offFen) }),
    ),
    ...(p.priceFen === null ? [] : [yuan(p.priceFen)]),
    ...p.lines.map((line) => {
      const price = line.priceFen === null ? `×${line.packs}` : yuan(line.priceFen);
      return line.pieces === null
        ? t('promo.lineLine', { name: line.name, price })
        : t('promo.lineUsed', { name: line.name, price, used: line.usedPieces, pieces: line.pieces });
    }),
  ];
  return [
    { key: 'name', title: t('rules.name'), card: 'title', render: (p) => say({ zh: p.name, en: p.nameEn ?? p.name }) },
    { key: 'kind', title: t('promo.kind'), render: (p) => say(promotionKindWords[p.kind]) },
    {
      key: 'content',
      title: t('promo.content'),
      card: 'wide',
      render: (p) => content(p).map((text) => <div key={text}>{text}</div>),
    },
    {
      key: 'bearer',
      title: t('promo.bearer'),
      card: 'wide',
      render: (p) => [say(bearerWords[p.bearer]), p.orgName].filter(Boolean).join(' · '),
    },
    {
      key: 'time',
      title: t('promo.time'),
      card: 'wide',
      render: (p) => (
        <>
          <span className="num">{dayTime(p.startsAt)} –</span>{' '}
          <span className="num">{dayTime(p.endedAt ?? p.endsAt)}</span>
        </>
      ),
    },
    {
      key: 'state',
      title: t('order.state'),
      card: 'corner',
      render: (p) => <StatusTag tone={tones[p.state]}>{t(`promo.${p.state}`)}</StatusTag>,
    },
    { key: 'cost', title: t('promo.cost'), card: 'wide', render: (p) => <Cost cost={p.cost} /> },
  ];
}

function useCouponColumns(): Column<CouponTemplate>[] {
  const { t, say } = useWords();
  return [
    { key: 'name', title: t('rules.name'), card: 'title', render: (c) => say({ zh: c.name, en: c.nameEn ?? c.name }) },
    {
      key: 'face',
      title: t('coupons.face'),
      card: 'wide',
      render: (c) =>
        c.fromFen > 0
          ? t('coupons.faceLine', { off: yuan(c.offFen), from: yuan(c.fromFen) })
          : t('coupons.faceAny', { off: yuan(c.offFen) }),
    },
    {
      key: 'bearer',
      title: t('promo.bearer'),
      card: 'wide',
      render: (c) => [say(bearerWords[c.bearer]), c.orgName].filter(Boolean).join(' · '),
    },
    {
      key: 'counts',
      title: t('coupons.total'),
      card: 'wide',
      render: (c) => (
        <span className="num">{t('coupons.counts', { taken: c.taken, total: c.total, used: c.used })}</span>
      ),
    },
    {
      key: 'until',
      title: t('coupons.takeUntil'),
      card: 'wide',
      render: (c) => <span className="num">{c.endedAt ? t('coupons.ended') : dayTime(c.takeUntil)}</span>,
    },
    { key: 'cost', title: t('promo.cost'), card: 'wide', render: (c) => <Cost cost={c.cost} /> },
  ];
}

function Sure({
  title,
  words,
  act,
  done = false,
  onSure,
  onClose,
}: {
  title: string | undefined;
  words: string;
  act: { busy: boolean; error: unknown };
  /** nothing is left to be pressed but closing */
  done?: boolean;
  onSure: () => void;
  onClose: () => void;
}) {
  const { t } = useWords();
  return (
    <Modal
      open={title !== undefined}
      title={title}
      okText={done ? t('promo.close') : t('promo.sure')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: act.busy }}
      onOk={done ? onClose : onSure}
      onCancel={onClose}
    >
      <p>{words}</p>
      {act.error ? <ErrorState error={act.error} compact /> : null}
    </Modal>
  );
}
