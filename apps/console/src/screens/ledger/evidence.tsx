import { Link } from 'react-router';
import { type EvidenceKind, evidenceWords } from '#benefit/contract';
import { presale } from '#presale/contract';
import { registry } from '#registry/contract';
import { trace } from '#trace/contract';
import { useWords } from '../../i18n/index.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

/** The paper behind a transfer, as a link to the screen that shows it. */
export function EvidenceLink({ kind, id, label }: { kind: string; id: string; label?: string }) {
  const { t, say } = useWords();
  const { county, may, is } = useCounty();
  switch (kind) {
    case 'purchase':
    case 'floor':
      return may(trace.purchase) ? (
        <Link to={paths.note(county, id)}>{label ?? t('evidence.purchase')}</Link>
      ) : (
        <>{label ?? t('evidence.purchase')}</>
      );
    case 'order':
      return <Link to={paths.order(county, id)}>{label ?? t('evidence.order')}</Link>;
    case 'lot':
      return <Link to={paths.lot(county, id)}>{label ?? t('evidence.lot')}</Link>;
    case 'household':
      return may(registry.household) ? (
        <Link to={paths.household(county, id)}>{label ?? t('evidence.household')}</Link>
      ) : (
        <>{label}</>
      );
    case 'order_line':
    case 'agreed_line':
    case 'sale':
      // A line has no page of its own; its order number finds the order.
      return label ? (
        <Link to={paths.orders(county, { q: label })}>{label}</Link>
      ) : (
        <span className="num">{t('evidence.orderLine')}</span>
      );
    case 'help':
      return <span className="num">{label ?? say(evidenceWords.help)}</span>;
    case 'subsidy':
      // A household's part has no page of its own; its list's number finds the list.
      return label && is('operator', 'platform', 'auditor') ? (
        <Link to={paths.subsidies(county, { q: label })}>{label}</Link>
      ) : (
        <span className="num">{label ?? say(evidenceWords.subsidy)}</span>
      );
    case 'insurance_payment':
      return <Link to={paths.section(county, 'insurance')}>{t('menu.insurance')}</Link>;
    case 'operation':
      return <>{t('evidence.packing')}</>;
    case 'stock_movement':
      return <Link to={paths.stock(county)}>{t('menu.stock')}</Link>;
    case 'case':
      return <Link to={paths.case(county, id)}>{label ?? t('menu.cases')}</Link>;
    case 'payment':
      return <>{t('evidence.payment')}</>;
    case 'project':
      return may(presale.projectFile) ? (
        <Link className="num" to={paths.project(county, id)}>
          {label ?? t('evidence.project')}
        </Link>
      ) : (
        <span className="num">{label ?? t('evidence.project')}</span>
      );
    default:
      return (
        <span className="num">
          {kind} {label ?? id.slice(-8)}
        </span>
      );
  }
}

/** What an entry rests on: what it is, and the number that finds it. */
export function EntryEvidence({
  of,
}: {
  of: { evidenceKind: EvidenceKind; evidence: string; evidenceNumber: string };
}) {
  const { say } = useWords();
  return (
    <>
      {say(evidenceWords[of.evidenceKind])}{' '}
      <EvidenceLink kind={of.evidenceKind} id={of.evidence} label={of.evidenceNumber} />
    </>
  );
}
