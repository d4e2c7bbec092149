import { useQuery } from '@tanstack/react-query';
import { Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

/** Names the file that a household written down twice is merged into; from then on the one stands for both. */
export function MergeHousehold({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const go = useNavigate();
  const [typed, setTyped] = useState('');
  const [form] = Form.useForm<{ into: string; reason: string }>();
  const found = useQuery({
    ...ask('registry', 'households', { params: { county }, query: { q: typed.trim(), size: 20 } }),
    enabled: typed.trim() !== '',
  });
  const act = useAct(api.registry.mergeHouseholds, { onDone: (one) => go(paths.household(county, one.id)) });
  return (
    <Modal
      open
      title={t('household.merge')}
      okText={t('household.merge')}
      cancelText={t('action.cancel')}
      okButtonProps={{ danger: true, loading: act.busy }}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="modal-words">{t('household.mergeWords')}</p>
      <Form
        form={form}
        name="merge"
        layout="vertical"
        onFinish={({ into, reason }) => act.run({ params: { county, id }, body: { into, reason: reason.trim() } })}
      >
        <Form.Item
          name="into"
          label={t('household.mergeInto')}
          rules={[{ required: true, message: t('household.mergeNeeded') }]}
        >
          <Select
            showSearch={{ filterOption: false, onSearch: setTyped }}
            loading={found.isFetching}
            placeholder={t('weigh.findHousehold')}
            notFoundContent={typed.trim() && !found.isFetching ? t('household.empty') : null}
            options={(found.data?.rows ?? [])
              .filter((row) => row.id !== id)
              .map((row) => ({ value: row.id, label: `${row.headMasked} · ${row.code} · ${row.villageName}` }))}
          />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('field.reason')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={200} showCount />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </Modal>
  );
}
