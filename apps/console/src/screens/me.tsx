import { Button, Form, Input, QRCode } from 'antd';
import { useState } from 'react';
import { roleWords } from '#registry/contract';
import { api } from '../api/client.ts';
import { useAct } from '../api/use-act.ts';
import { useWords } from '../i18n/index.tsx';
import { ShortTable } from '../parts/DataTable.tsx';
import { FormProblem } from '../parts/FormProblem.tsx';
import { Facts, PageHeader, Part } from '../parts/PageHeader.tsx';
import { StatusTag } from '../parts/StatusTag.tsx';
import { useSession } from '../session/session.ts';

/** My account: my roles, and the second step of my sign-in. */
export function Component() {
  const { t, say } = useWords();
  const me = useSession();
  return (
    <>
      <PageHeader title={t('app.account')} />
      <div className="stack">
        <Part title={me.name}>
          <Facts items={[[t('household.phone'), me.phoneMasked ?? '—']]} />
        </Part>
        <Part title={t('me.roles')}>
          <ShortTable
            caption={t('me.roles')}
            rows={me.memberships}
            rowKey={(m) => `${m.org}-${m.role}`}
            empty={t('signIn.noRole')}
            columns={[
              { key: 'role', title: t('org.role'), card: 'title', render: (m) => say(roleWords[m.role]) },
              { key: 'org', card: 'wide', title: t('org.name'), render: (m) => m.orgName },
              {
                key: 'region',
                card: 'wide',
                title: t('org.region'),
                render: (m) => m.regionName || t('region.country'),
              },
            ]}
          />
        </Part>
        <Part
          title={t('me.totp')}
          question={t('me.totpWords')}
          more={me.totp ? <StatusTag tone="good">{t('me.totpOn')}</StatusTag> : null}
        >
          {me.totp ? <p className="mute">{t('me.totpIsOn')}</p> : <Totp />}
        </Part>
      </div>
    </>
  );
}

function Totp() {
  const { t } = useWords();
  const [started, setStarted] = useState<{ uri: string; backupCodes: readonly string[] }>();
  const [passwordForm] = Form.useForm<{ password: string }>();
  const [codeForm] = Form.useForm<{ code: string }>();
  const start = useAct(api.registry.startTotp, { quiet: true, onDone: setStarted });
  const confirm = useAct(api.registry.confirmTotp);
  if (!started) {
    return (
      <Form form={passwordForm} layout="vertical" className="form-narrow" onFinish={(body) => start.run({ body })}>
        <Form.Item
          name="password"
          label={t('signIn.password')}
          rules={[{ required: true, message: t('signIn.passwordNeeded') }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <FormProblem error={start.error} form={passwordForm} />
        <Button type="primary" htmlType="submit" loading={start.busy}>
          {t('me.totpStart')}
        </Button>
      </Form>
    );
  }
  return (
    <div className="totp">
      <div aria-hidden="true">
        <QRCode type="svg" value={started.uri} size={200} />
      </div>
      <div>
        <p>{t('me.totpScan')}</p>
        <p className="hint">
          {t('me.totpKey')} <span className="num id">{new URL(started.uri).searchParams.get('secret')}</span>
        </p>
        <Form form={codeForm} layout="vertical" className="form-narrow" onFinish={(body) => confirm.run({ body })}>
          <Form.Item
            name="code"
            label={t('signIn.code')}
            rules={[{ required: true, pattern: /^\d{6}$/, message: t('signIn.codeNeeded') }]}
          >
            <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} className="code-input" />
          </Form.Item>
          <FormProblem error={confirm.error} form={codeForm} />
          <Button type="primary" htmlType="submit" loading={confirm.busy}>
            {t('signIn.codeSubmit')}
          </Button>
        </Form>
        <p className="hint">{t('me.backup')}</p>
        <p className="backup num">{started.backupCodes.join('  ')}</p>
      </div>
    </div>
  );
}
