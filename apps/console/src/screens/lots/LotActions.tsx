import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { operationKinds, trace } from '#trace/contract';
import type { Lot } from '../../api/answers.ts';
import { useWords } from '../../i18n/index.tsx';
import { useCounty } from '../../session/session.ts';
import { RecallDialog } from '../recalls/RecallDialog.tsx';
import { type Doable, doable, OperateDialog } from './OperateDialog.tsx';

const routes = {
  grade: trace.gradeLot,
  mix: trace.mixLots,
  split: trace.splitLot,
  process: trace.processLots,
  move: trace.moveLot,
  receive: trace.receiveLot,
  lose: trace.loseLot,
} as const;

/** The steps that can be taken with a lot; what cannot be now stays in the list and says why. */
export function LotActions({ lot }: { lot: Lot }) {
  const { t, say } = useWords();
  const { may } = useCounty();
  const [doing, setDoing] = useState<Doable>();
  const [recalling, setRecalling] = useState(false);
  const why = (kind: Doable): string | undefined => {
    const of = operationKinds[kind];
    if (lot.kind === 'packed' && !(of.takes as readonly string[]).includes('packed')) return t('op.whyPacked');
    if (lot.inTransit !== (kind === 'receive')) return lot.inTransit ? t('op.whyInTransit') : undefined;
    if (lot.state === 'recalled' && !of.ofRecalled && kind !== 'receive') return t('op.whyRecalled');
    if (lot.gramsOnHand === 0) return t('op.whyEmpty');
    return undefined;
  };
  const items = doable
    .filter((kind) => may(routes[kind]) && (kind !== 'receive' || lot.inTransit))
    .map((kind) => ({
      key: kind,
      label: (
        <span>
          {say(operationKinds[kind].words)}
          {why(kind) ? <small className="mute"> {why(kind)}</small> : null}
        </span>
      ),
      disabled: why(kind) !== undefined,
      danger: kind === 'lose',
    }));
  return (
    <>
      {items.length > 0 ? (
        <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => setDoing(key as Doable) }}>
          <Button>{t('op.do')}</Button>
        </Dropdown>
      ) : null}
      {may(trace.declareRecall) && lot.state !== 'recalled' ? (
        <Button danger onClick={() => setRecalling(true)}>
          {t('recall.do')}
        </Button>
      ) : null}
      {doing ? <OperateDialog kind={doing} lot={lot} onClose={() => setDoing(undefined)} /> : null}
      {recalling ? <RecallDialog lot={lot} onClose={() => setRecalling(false)} /> : null}
    </>
  );
}
