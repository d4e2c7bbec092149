import { useEffect } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { queries } from '../api/queries.ts';
import { useWords } from '../i18n/index.tsx';
import { loadDevice } from '../offline/device.ts';
import { Contours } from '../parts/Contours.tsx';
import { safeBack } from '../paths.ts';
import { sessionQuery } from '../session/session.ts';
import { UnlockForm } from './device/UnlockForm.tsx';

/** The door when there is no signal to sign in by: the device knows its keeper, behind the PIN. */
export function Component() {
  const { t } = useWords();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  useEffect(() => {
    document.title = `${t('device.unlock')} · ${t('app.name')}`;
    void loadDevice();
  }, [t]);
  return (
    <main className="unlock">
      <Contours width={720} height={320} levels={8} />
      <p className="door-name">{t('app.brand')}</p>
      <UnlockForm
        onOpen={() => {
          queries.removeQueries({ queryKey: sessionQuery.queryKey });
          void navigate(safeBack(params.get('back')), { replace: true });
        }}
      />
    </main>
  );
}
