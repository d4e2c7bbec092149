import { useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { registry } from '#registry/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { CardFace, CardSheets } from '../../print/CardSheet.tsx';
import { usePrint } from '../../print/Printable.tsx';
import { useCounty } from '../../session/session.ts';

/** A household's card: what it looks like, printing it, a new one in its place, and the end of one that was lost. */
export function HouseholdCardPart({ id }: { id: string }) {
  const { t } = useWords();
  const { county, name, may } = useCounty();
  const [ending, setEnding] = useState(false);
  const query = useQuery(ask('registry', 'householdCard', { params: { county, id } }));
  const issue = useAct(api.registry.issueCard);
  const end = useAct(api.registry.endCard, { onDone: () => setEnding(false) });
  const [print, printing] = usePrint('A4');
  if (!may(registry.householdCard)) return null;
  const make = () => issue.run({ params: { county, id } });
  return (
    <Part title={t('card.title')} question={t('card.words')}>
      <Answer query={query} rows={3}>
        {({ card, ended }) => (
          <>
            {card ? (
              <>
                <div className="preview">
                  <CardFace card={card} county={name} />
                </div>
                <p className="mute">{t('card.made', { day: day(card.at), name: card.byName })}</p>
                <div className="row-actions">
                  <Button type="primary" icon={<Icon name="print" size={18} />} onClick={print}>
                    {t('card.print')}
                  </Button>
                  <Popconfirm
                    title={t('card.again')}
                    description={t('card.againWords')}
                    okText={t('card.again')}
                    cancelText={t('action.cancel')}
                    onConfirm={make}
                  >
                    <Button loading={issue.busy}>{t('card.again')}</Button>
                  </Popconfirm>
                  <Button danger onClick={() => setEnding(true)}>
                    {t('card.end')}
                  </Button>
                </div>
                {printing(<CardSheets cards={[card]} county={name} />)}
              </>
            ) : (
              <>
                <p className="mute">{t('card.none')}</p>
                <Button type="primary" loading={issue.busy} onClick={make}>
                  {t('card.make')}
                </Button>
              </>
            )}
            {issue.error ? <ErrorState error={issue.error} compact /> : null}
            {ended.length > 0 ? (
              <ul className="plain-list card-ended">
                {ended.map((one) => (
                  <li key={one.id} className="mute">
                    <span className="num">{day(one.until)}</span> {t('card.endedBy', { name: one.byName })} ·{' '}
                    {one.reason ?? t('card.replaced')}
                  </li>
                ))}
              </ul>
            ) : null}
          </>
        )}
      </Answer>
      <ConfirmWithReason
        open={ending}
        title={t('card.end')}
        label={t('field.reason')}
        presets={[t('card.whyLost'), t('card.whyBroken')]}
        confirm={t('card.end')}
        danger
        busy={end.busy}
        error={end.error}
        onConfirm={(reason) => end.run({ params: { county, id }, body: { reason } })}
        onCancel={() => setEnding(false)}
      >
        {t('card.endWords')}
      </ConfirmWithReason>
    </Part>
  );
}
