import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { keepSession, lockDevice } from '../offline/device.ts';
import { Loading } from '../parts/states.tsx';
import { paths } from '../paths.ts';
import { sessionQuery } from '../session/session.ts';
import { signOut } from '../session/sign-in.ts';
import { Shell } from './Shell.tsx';

/** The shell for whoever the loader let in. */
export function Component() {
  const navigate = useNavigate();
  const session = useQuery(sessionQuery);
  const { data } = session;
  useEffect(() => {
    if (data) void keepSession(data);
  }, [data]);
  if (!data) return <Loading />;
  return (
    <Shell
      session={data}
      onSignOut={() => {
        void lockDevice();
        void signOut().then(() => navigate(paths.signIn()));
      }}
    />
  );
}
