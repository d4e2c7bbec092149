import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { urlOf } from '#platform/http/client.ts';
import {
  caseKindWords,
  caseMoves,
  freightBearerWords,
  movesOfCase,
  type Party,
  refundMoves,
  trade,
} from '#trade/contract';
import type { Case } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { FileUpload, PHOTO_TYPES } from '../../parts/FileUpload.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { goodsWords } from '../orders/goods-words.ts';
import { ParcelCard } from '../orders/ParcelCard.tsx';
import { AcceptDialog } from './AcceptDialog.tsx';
import { ArriveDialog } from './ArriveDialog.tsx';
import { DecideDialog } from './DecideDialog.tsx';
import { caseTones, isLate, partyWords, thenWords, timeLeft } from './words.ts';

const one = (county: number, id: string) => ask('trade', 'case', { params: { county, id } });

export const loader = ahead((county, _url, id) => [one(county, id)]);

type Open = 'accept' | 'refuse' | 'arrive' | 'object' | 'decide' | undefined;

/** One case: what it waits for, what can be done with it now, what is asked, shown and said. */
export function Component() {
  const { t, say } = useWords();
  const { county } = useCounty();
  const id = useParams().id ?? '';
  const query = useQuery(one(county, id));
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const params = { county, id };
  const refuse = useAct(api.trade.refuseCase, { onDone: close });
  const object = useAct(api.trade.objectToGoods, { onDone: close });
  const pack = useAct(api.fulfilment.packCase);

  /** The button of an act that this screen offers: from the table of moves, greyed with the reason when it is not now. */
  const buttonOf = (of: Case, act: string, party: 'merchant' | 'county') => {
    const now = movesOfCase(of.kind, of.state, party).find((move) => move.act === act);
    const any = now ?? caseMoves.moves.find((move) => move.act === act);
    const mine = of.standing[party];
    return {
      label: any ? say(any.label) : act,
      why: !mine
        ? t('case.whyParty', { who: partyWords(party, t) })
        : now
          ? undefined
          : t('case.whyState', { state: say(caseMoves.states[of.state]) }),
    };
  };
  const usesAct = (of: Case, act: string, party: Party) =>
    caseMoves.moves.some((move) => move.act === act && movesOfCase(of.kind, move.from, party).includes(move as never));

  return (
    <Answer query={query}>
      {(of) => (
        <>
          <PageHeader
            title={t('case.title', { number: of.number })}
            tags={
              <>
                <StatusTag tone={caseTones[of.state]}>{say(caseMoves.states[of.state])}</StatusTag>
                <StatusTag tone="quiet">{say(caseKindWords[of.kind])}</StatusTag>
              </>
            }
            back={{ to: paths.cases(county), label: t('menu.cases') }}
            actions={
              of.standing.merchant ? (
                <>
                  <MoveButton {...buttonOf(of, 'accept', 'merchant')} primary onClick={() => setOpen('accept')} />
                  {usesAct(of, 'arrive', 'merchant') ? (
                    <MoveButton {...buttonOf(of, 'arrive', 'merchant')} primary onClick={() => setOpen('arrive')} />
                  ) : null}
                  {usesAct(of, 'send-again', 'merchant') ? (
                    <MoveButton
                      {...buttonOf(of, 'send-again', 'merchant')}
                      label={t('case.packAgain')}
                      loading={pack.busy}
                      onClick={() => pack.run({ params, body: {} })}
                    />
                  ) : null}
                  {usesAct(of, 'object', 'merchant') ? (
                    <MoveButton {...buttonOf(of, 'object', 'merchant')} onClick={() => setOpen('object')} />
                  ) : null}
                  <MoveButton {...buttonOf(of, 'refuse', 'merchant')} danger onClick={() => setOpen('refuse')} />
                </>
              ) : of.standing.county ? (
                <MoveButton
                  {...buttonOf(of, 'decide', 'county')}
                  label={t('case.decideTitle')}
                  primary
                  onClick={() => setOpen('decide')}
                />
              ) : null
            }
          />
          {of.waitsFor ? (
            <p className={isLate(of, Date.now()) ? 'order-wait bad' : 'order-wait'}>
              {partyWords(of.waitsFor, t)} · {timeLeft(of, Date.now(), t)}
              {of.dueAt ? <span className="num"> · {dayTime(of.dueAt)}</span> : null} · {thenWords(of.dueAct, t)}
            </p>
          ) : null}
          {pack.error ? <ErrorState error={pack.error} compact /> : null}
          <div className="columns">
            <div className="stack">
              <Part title={t('case.goods')}>
                <ShortTable
                  caption={t('case.goods')}
                  rows={of.lines}
                  rowKey={(l) => l.line}
                  empty=""
                  columns={[
                    { key: 'name', title: t('product.name'), card: 'title', render: (l) => say(goodsWords(l)) },
                    {
                      key: 'packs',
                      title: t('order.packs'),
                      align: 'right',
                      render: (l) => <span className="num">{l.packs}</span>,
                    },
                    {
                      key: 'goods',
                      title: t('order.goods'),
                      align: 'right',
                      render: (l) => <MoneyCell fen={l.goodsFen} />,
                    },
                    {
                      key: 'freight',
                      title: t('order.freight'),
                      align: 'right',
                      render: (l) => <MoneyCell fen={l.freightFen} />,
                    },
                  ]}
                />
                <Facts
                  items={[
                    [
                      t('order.number'),
                      <Link key="o" to={paths.order(county, of.order)}>
                        {of.orderNumber}
                      </Link>,
                    ],
                    [t('case.seller'), of.orgName],
                    [t('case.reason'), of.reason],
                    of.damageBp !== null && [t('case.damage'), `${of.damageBp / 100}%`],
                    [t('case.asked'), <MoneyCell key="a" fen={of.askedFen} tone="strong" />],
                    of.grantedFen !== null && [
                      t('case.granted'),
                      <MoneyCell key="g" fen={of.grantedFen} tone="price" />,
                    ],
                    of.bearer !== null && [t('case.bearer'), t(`case.bearer.${of.bearer}`)],
                    of.refundState !== null && [t('case.refundState'), say(refundMoves.states[of.refundState])],
                    of.returnWaybill !== null && [
                      t('case.return'),
                      <span key="w" className="num">{`${of.returnCarrier ?? ''} ${of.returnWaybill}`}</span>,
                    ],
                    of.fault !== null && [t('case.fault'), t(`case.fault.${of.fault}`)],
                    of.freightBearer !== null && [t('case.freight'), <ReturnFreight key="f" of={of} />],
                    of.answer !== null && [t('case.answer'), of.answer],
                    of.decision !== null && [t('case.decision'), of.decision],
                  ]}
                />
              </Part>
              <SentAgain of={of} />
              <Photos of={of} />
            </div>
            <div className="stack">
              <Talk of={of} />
              <Part title={t('case.road')}>
                <ol className="case-road">
                  {of.moves.map((move) => (
                    <li key={`${move.to}-${String(move.at)}`}>
                      <strong>{say(caseMoves.states[move.to])}</strong>{' '}
                      <span className="mute">
                        {partyWords(move.party, t)} · <span className="num">{dayTime(move.at)}</span>
                      </span>
                      {move.note ? <p>{move.note}</p> : null}
                    </li>
                  ))}
                </ol>
              </Part>
            </div>
          </div>
          <AcceptDialog of={of} open={open === 'accept'} onClose={close} />
          <ArriveDialog of={of} open={open === 'arrive'} onClose={close} />
          <DecideDialog of={of} open={open === 'decide'} onClose={close} />
          <ConfirmWithReason
            open={open === 'refuse'}
            title={t('case.refuseTitle')}
            confirm={buttonOf(of, 'refuse', 'merchant').label}
            danger
            busy={refuse.busy}
            error={refuse.error}
            onConfirm={(reason) => refuse.run({ params, body: { reason } })}
            onCancel={close}
          >
            {t('case.refuseWords')}
          </ConfirmWithReason>
          <ConfirmWithReason
            open={open === 'object'}
            title={t('case.objectTitle')}
            confirm={buttonOf(of, 'object', 'merchant').label}
            danger
            busy={object.busy}
            error={object.error}
            onConfirm={(reason) => object.run({ params, body: { reason } })}
            onCancel={close}
          >
            {t('case.objectWords')}
          </ConfirmWithReason>
        </>
      )}
    </Answer>
  );
}

/** The parcel that brings what is sent again. */
function SentAgain({ of }: { of: Case }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const parcels = useQuery({
    ...ask('fulfilment', 'orderParcels', { params: { county, id: of.order } }),
    enabled: of.sentAgain.length > 0,
  });
  const own = parcels.data?.filter((parcel) => parcel.afterSale === of.id) ?? [];
  if (of.sentAgain.length === 0) return null;
  return (
    <>
      <Part title={t('case.sentAgain')}>
        <ul className="plain-list">
          {of.sentAgain.map((line) => (
            <li key={line.line}>
              {say(goodsWords(line))} <span className="num">× {line.packs}</span>
            </li>
          ))}
        </ul>
      </Part>
      {own.map((parcel) => (
        <ParcelCard key={parcel.id} county={county} parcel={parcel} />
      ))}
    </>
  );
}

function Photos({ of }: { of: Case }) {
  const { t } = useWords();
  const params = { county: of.county, id: of.id };
  const add = useAct((input: { file: File }, options) =>
    api.trade.addCasePhoto({ params }, { ...options, file: input.file }),
  );
  const src = (id: string, width: '320' | '1600') =>
    urlOf(trade.casePhoto, { params: { county: of.county, id }, query: { width } });
  const mine = of.standing.merchant || of.standing.county;
  return (
    <Part
      title={t('case.photos')}
      more={
        mine ? (
          <FileUpload accept={PHOTO_TYPES} busy={add.busy} onFile={(file) => add.run({ file })}>
            {t('case.addPhoto')}
          </FileUpload>
        ) : null
      }
    >
      {add.error ? <ErrorState error={add.error} compact /> : null}
      {of.photos.length === 0 ? (
        <p className="mute">{t('case.noPhotos')}</p>
      ) : (
        <ul className="case-photos">
          {of.photos.map((photo, i) => (
            <li key={photo.id}>
              <a href={src(photo.id, '1600')} target="_blank" rel="noreferrer">
                <img src={src(photo.id, '320')} alt={t('case.photo', { n: i + 1 })} loading="lazy" />
              </a>
              <span className="mute">{partyWords(photo.party, t)}</span>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function Talk({ of }: { of: Case }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const act = useAct(api.trade.sayInCase, { onDone: () => setText('') });
  const over = of.state === 'closed' || of.state === 'withdrawn';
  const mine = of.standing.merchant || of.standing.county;
  return (
    <Part title={t('case.talk')}>
      {of.messages.length === 0 ? <p className="mute">{t('case.noTalk')}</p> : null}
      <ul className="case-talk">
        {of.messages.map((message) => (
          <li key={message.id} className={message.party === 'buyer' ? 'case-said' : 'case-said case-said-ours'}>
            <span className="mute">
              {partyWords(message.party, t)} · <span className="num">{dayTime(message.at)}</span>
            </span>
            <p>{message.text}</p>
          </li>
        ))}
      </ul>
      {mine && !over ? (
        <form
          className="case-say"
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim()) act.run({ params: { county: of.county, id: of.id }, body: { text: text.trim() } });
          }}
        >
          <Input.TextArea
            aria-label={t('case.say')}
            placeholder={t('case.say')}
            autoSize={{ minRows: 1, maxRows: 4 }}
            maxLength={500}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button htmlType="submit" loading={act.busy} disabled={!text.trim()}>
            {t('case.send')}
          </Button>
        </form>
      ) : null}
      {act.error ? <ErrorState error={act.error} compact /> : null}
      {of.mostFen > 0 && of.standing.county ? (
        <p className="hint">
          {t('case.most')} {yuan(of.mostFen)}
        </p>
      ) : null}
    </Part>
  );
}

/** Who bears the way back, who paid it, and what became of that. */
function ReturnFreight({ of }: { of: Case }) {
  const { t, say } = useWords();
  if (of.freightBearer === null) return null;
  const back = of.freightBackFen ?? 0;
  return (
    <span>
      {say(freightBearerWords[of.freightBearer])}
      {of.freightPaidFen === null
        ? null
        : ` · ${t('case.freightPaid', {
            who: t(of.freightPaidBy === 'merchant' ? 'case.freightBySeller' : 'case.freightByBuyer'),
            money: yuan(of.freightPaidFen),
          })}${of.freightNumber ? ` (${of.freightNumber})` : ''}`}
      {back === 0
        ? null
        : ` · ${t(back > 0 ? 'case.freightBack' : 'case.freightKept', { money: yuan(Math.abs(back)) })}`}
      {of.freightPaidBy === 'buyer' && of.freightBackFen !== null && back < (of.freightPaidFen ?? 0)
        ? ` · ${t('case.freightRest', { money: yuan((of.freightPaidFen ?? 0) - back) })}`
        : null}
    </span>
  );
}
