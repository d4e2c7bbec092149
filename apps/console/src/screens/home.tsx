import { Navigate } from 'react-router';
import { useWords } from '../i18n/index.tsx';
import { homeSection } from '../layout/menu.ts';
import { EmptyState } from '../parts/states.tsx';
import { paths } from '../paths.ts';
import { rolesIn } from '../session/roles.ts';
import { firstCounty, useSession } from '../session/session.ts';

/** Sends each person to where their day begins. */
export function Component() {
  const { t } = useWords();
  const session = useSession();
  const first = firstCounty(session);
  if (first) {
    const section = homeSection(rolesIn(session.memberships, first.county));
    return <Navigate to={paths.section(first.county, section)} replace />;
  }
  return (
    <EmptyState
      title={session.name}
      action={
        <a className="button-link primary" href="/">
          {t('signIn.buyers')}
        </a>
      }
    >
      {t('signIn.noRole')}
    </EmptyState>
  );
}
