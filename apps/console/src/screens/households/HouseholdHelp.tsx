import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { benefit } from '#benefit/contract';
import { ask } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { useCounty } from '../../session/session.ts';
import { HelpGivenPart } from '../agreements/HelpGiven.tsx';
import { RecordHelp } from '../agreements/RecordHelp.tsx';

/** Help to start up that a household got; shown where it has, or had, such an agreement. */
export function HouseholdHelpPart({ id }: { id: string }) {
  const { t } = useWords();
  const { county, is, may, memberships } = useCounty();
  const [recording, setRecording] = useState(false);
  const { data } = useQuery({
    ...ask('benefit', 'agreements', { params: { county }, query: { kind: 'startup', household: id, size: 200 } }),
    enabled: may(benefit.agreements),
  });
  if (!data || data.rows.length === 0) return null;
  const own = memberships.map((one) => one.org);
  const choices = data.rows.filter(
    (one) =>
      (one.state === 'in_force' || one.state === 'disputed') &&
      may(benefit.recordHelp) &&
      (is('operator') || own.includes(one.org)),
  );
  return (
    <>
      <HelpGivenPart
        of={{ household: id }}
        record={choices.length > 0 ? <Button onClick={() => setRecording(true)}>{t('help.record')}</Button> : null}
      />
      {recording ? <RecordHelp choices={choices} household={id} onClose={() => setRecording(false)} /> : null}
    </>
  );
}
