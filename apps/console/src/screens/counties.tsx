import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { registry } from '#registry/contract';
import { ask } from '../api/ask.ts';
import { api } from '../api/client.ts';
import { useAct } from '../api/use-act.ts';
import { useWords } from '../i18n/index.tsx';
import { ShortTable } from '../parts/DataTable.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { FormProblem } from '../parts/FormProblem.tsx';
import { NotAllowed } from '../parts/full-pages.tsx';
import { CountCell } from '../parts/money.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { Answer } from '../parts/states.tsx';
import { paths } from '../paths.ts';
import { useSession } from '../session/session.ts';

/** The platform's counties; any county of China opens by its code. */
export function Component() {
  const { t } = useWords();
  const me = useSession();
  const query = useQuery(ask('registry', 'counties'));
  const [opening, setOpening] = useState(false);
  if (!me.memberships.some((m) => registry.openCounty.who.some((role) => role === m.role))) return <NotAllowed />;
  return (
    <>
      <PageHeader
        title={t('counties.title')}
        about={t('counties.about')}
        actions={
          <Button type="primary" onClick={() => setOpening(true)}>
            {t('counties.open')}
          </Button>
        }
      />
      <Answer query={query}>
        {(rows) => (
          <ShortTable
            caption={t('counties.title')}
            rows={rows}
            rowKey={(c) => String(c.county)}
            rowHref={(c) => paths.overview(c.county)}
            empty={t('counties.none')}
            columns={[
              { key: 'name', title: t('counties.name'), card: 'title', render: (c) => c.fullName },
              {
                key: 'code',
                title: t('counties.code'),
                card: 'corner',
                render: (c) => <span className="num">{c.county}</span>,
              },
              {
                key: 'townships',
                title: t('region.township'),
                align: 'right',
                render: (c) => <CountCell n={c.townships} />,
              },
              {
                key: 'villages',
                title: t('region.village'),
                align: 'right',
                render: (c) => <CountCell n={c.villages} />,
              },
            ]}
          />
        )}
      </Answer>
      <OpenCounty open={opening} onClose={() => setOpening(false)} />
    </>
  );
}

function OpenCounty({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const [form] = Form.useForm<{ code: string }>();
  const act = useAct(api.registry.openCounty, {
    onDone: () => {
      form.resetFields();
      onClose();
    },
  });
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={t('counties.open')}
      okText={t('counties.openNow')}
      onClose={onClose}
    >
      <p className="modal-words">{t('counties.openWords')}</p>
      <Form form={form} layout="vertical" onFinish={({ code }) => act.run({ body: { county: Number(code) } })}>
        <Form.Item
          name="code"
          label={t('counties.code')}
          rules={[{ required: true, pattern: /^\d{6}$/, message: t('counties.codeNeeded') }]}
        >
          <Input inputMode="numeric" maxLength={6} autoComplete="off" className="num" placeholder="420922" />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={countyFields} />
      </Form>
    </FormModal>
  );
}

const countyFields = { county: 'code', region: 'code' };
