import { Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useAct } from '../api/use-act.ts';
import { useWords } from '../i18n/index.tsx';
import { locales } from '../i18n/locale.ts';
import { Contours } from '../parts/Contours.tsx';
import { FormProblem } from '../parts/FormProblem.tsx';
import { safeBack } from '../paths.ts';
import { type Credentials, signIn } from '../session/sign-in.ts';

/** The staff door: user name and password, then six digits where the person has set that up. */
export function Component() {
  const { t, locale, setLocale } = useWords();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [given, setGiven] = useState<Credentials>();
  const enter = () => void navigate(safeBack(params.get('back')), { replace: true });
  useEffect(() => {
    document.title = `${t('signIn.title')} · ${t('app.name')}`;
  }, [t]);
  return (
    <div className="door">
      <div className="door-hill">
        <Contours width={720} height={900} levels={11} />
        <div>
          <p className="door-name">{t('app.brand')}</p>
          <p>{t('signIn.hill')}</p>
        </div>
      </div>
      <main className="door-form">
        <div>
          {given ? (
            <CodeForm given={given} onDone={enter} onBack={() => setGiven(undefined)} />
          ) : (
            <PasswordForm expired={params.has('expired')} onDone={enter} onCode={setGiven} />
          )}
          <p className="door-foot">
            <a href="/">{t('signIn.buyers')}</a>
            {locales
              .filter((l) => l.key !== locale)
              .map((l) => (
                <button key={l.key} type="button" className="text-button" lang={l.tag} onClick={() => setLocale(l.key)}>
                  {l.name}
                </button>
              ))}
          </p>
        </div>
      </main>
    </div>
  );
}

function PasswordForm({
  expired,
  onDone,
  onCode,
}: {
  expired: boolean;
  onDone: () => void;
  onCode: (given: Credentials) => void;
}) {
  const { t } = useWords();
  const [form] = Form.useForm<{ username: string; password: string }>();
  const act = useAct(signIn, { onDone: (next, given) => (next === 'in' ? onDone() : onCode(given)), quiet: true });
  return (
    <>
      <h1>{t('signIn.title')}</h1>
      <p className="door-about">{t('signIn.about')}</p>
      {expired && !act.error ? <output className="door-expired">{t('signIn.expired')}</output> : null}
      <Form form={form} layout="vertical" size="large" onFinish={act.run} validateTrigger="onSubmit">
        <Form.Item
          name="username"
          label={t('signIn.username')}
          rules={[{ required: true, whitespace: true, message: t('signIn.usernameNeeded') }]}
        >
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('signIn.password')}
          rules={[{ required: true, message: t('signIn.passwordNeeded') }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
        <Button type="primary" htmlType="submit" block loading={act.busy}>
          {t('signIn.submit')}
        </Button>
      </Form>
    </>
  );
}

function CodeForm({ given, onDone, onBack }: { given: Credentials; onDone: () => void; onBack: () => void }) {
  const { t } = useWords();
  const [form] = Form.useForm<{ totp: string }>();
  const act = useAct(signIn, { onDone, quiet: true });
  return (
    <>
      <h1>{t('signIn.codeTitle')}</h1>
      <p className="door-about">{t('signIn.codeAbout')}</p>
      <Form
        form={form}
        layout="vertical"
        size="large"
        onFinish={({ totp }: { totp: string }) => act.run({ ...given, totp })}
        validateTrigger="onSubmit"
      >
        <Form.Item
          name="totp"
          label={t('signIn.code')}
          rules={[{ pattern: /^\d{6}$/, required: true, message: t('signIn.codeNeeded') }]}
        >
          <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} autoFocus className="code-input" />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
        <Button type="primary" htmlType="submit" block loading={act.busy}>
          {t('signIn.codeSubmit')}
        </Button>
        <Button type="link" block onClick={onBack}>
          {t('signIn.otherAccount')}
        </Button>
      </Form>
    </>
  );
}
