import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { Loading } from '../parts/states.tsx';
import { paths } from '../paths.ts';
import { sessionQuery } from '../session/session.ts';
import { signOut } from '../session/sign-in.ts';
import { Shell } from './Shell.tsx';

/** The shell for whoever the loader let in. */
export function Component() {
  const navigate = useNavigate();
  const session = useQuery(sessionQuery);
  if (!session.data) return <Loading />;
  return (
    <Shell
      session={session.data}
      onSignOut={() => {
        void signOut().then(() => navigate(paths.signIn()));
      }}
    />
  );
}
