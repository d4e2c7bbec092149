import { Link } from 'react-router';
import type { Transfer } from '../../api/answers.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import type { Column } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { paths } from '../../paths.ts';
import { EvidenceLink } from './evidence.tsx';

const tones: Record<Transfer['kind'], Tone> = {
  single: 'good',
  pending: 'wait',
  post: 'good',
  void: 'stop',
  expire: 'quiet',
};

/** What kind of transfer it is, and of a pending one how it ended. */
export function TransferTag({ transfer }: { transfer: Pick<Transfer, 'kind' | 'pendingState'> }) {
  const { t } = useWords();
  const ended = transfer.kind === 'pending' && transfer.pendingState && transfer.pendingState !== 'pending';
  return (
    <>
      <StatusTag tone={ended ? 'quiet' : tones[transfer.kind]}>{t(`transfer.${transfer.kind}`)}</StatusTag>
      {ended && isEnd(transfer.pendingState) ? (
        <span className="mute"> {t(`pending.${transfer.pendingState}`)}</span>
      ) : null}
    </>
  );
}

const isEnd = (state: string | null): state is 'posted' | 'voided' | 'expired' =>
  state === 'posted' || state === 'voided' || state === 'expired';

/** Columns of any list of transfers; seen from one account the other side and the sign are shown. */
export function useTransferColumns(county: number, from?: string): Column<Transfer>[] {
  const { t } = useWords();
  const account = (id: string, name: string) => <Link to={paths.account(county, id)}>{name}</Link>;
  const sides: Column<Transfer>[] = from
    ? [
        {
          key: 'other',
          title: t('ledger.otherSide'),
          card: 'wide',
          render: (x) => (x.debit === from ? account(x.credit, x.creditName) : account(x.debit, x.debitName)),
        },
        {
          key: 'debit',
          title: t('ledger.debit'),
          align: 'right',
          render: (x) => (x.debit === from ? <MoneyCell fen={x.fen} tone="strong" /> : ''),
        },
        {
          key: 'credit',
          title: t('ledger.credit'),
          align: 'right',
          render: (x) => (x.credit === from ? <MoneyCell fen={x.fen} tone="strong" /> : ''),
        },
      ]
    : [
        { key: 'debit', card: 'wide', title: t('ledger.debit'), render: (x) => account(x.debit, x.debitName) },
        { key: 'credit', card: 'wide', title: t('ledger.credit'), render: (x) => account(x.credit, x.creditName) },
        {
          key: 'fen',
          title: t('ledger.amount'),
          align: 'right',
          card: 'corner',
          render: (x) => <MoneyCell fen={x.fen} tone="strong" />,
        },
      ];
  return [
    {
      key: 'at',
      title: t('ledger.at'),
      width: 140,
      card: 'title',
      render: (x) => <span className="num">{dayTime(x.at)}</span>,
    },
    ...sides,
    { key: 'kind', title: t('ledger.kind'), width: 120, render: (x) => <TransferTag transfer={x} /> },
    { key: 'reason', card: 'wide', title: t('ledger.reason'), render: (x) => <Reason of={x.reason} /> },
    {
      key: 'evidence',
      title: t('ledger.evidence'),
      render: (x) => <EvidenceLink kind={x.evidenceKind} id={x.evidence} />,
    },
  ];
}

/** The ledger's short reason in words where it is a known one. */
export function Reason({ of: reason }: { of: string }) {
  const { t } = useWords();
  const known = reasons[reason as keyof typeof reasons];
  return <>{known ? t(known) : reason}</>;
}

const reasons = {
  purchase: 'reason.purchase',
  'purchase-paid': 'reason.purchasePaid',
  'purchase-reversed': 'reason.reversal',
  'order-received': 'reason.payment',
  'order-part': 'reason.part',
  'order-refunded': 'reason.refund',
  'project-share': 'reason.projectShare',
  'promise-made-good': 'reason.promiseMadeGood',
  'shop-share': 'reason.shopShare',
  floor: 'reason.floor',
  'floor-reversed': 'reason.floorReversed',
  'shop-agreed': 'reason.shopAgreed',
  'net-sale': 'reason.netSale',
  'net-sale-back': 'reason.netSaleBack',
  help: 'reason.help',
  'help-reversed': 'reason.helpReversed',
} as const;
