import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Form, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { payeeKindWords, payoutChannelWords } from '#trade/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { sellerKinds, useActableOrganisations } from '../../parts/organisations.ts';
import { useCounty } from '../../session/session.ts';

interface Values {
  ownerKind: 'household' | 'organisation';
  owner: string;
  kind: 'merchant' | 'wallet' | 'bank';
  provider: 'wechat' | 'alipay' | 'sandbox';
  account: string;
  holder: string;
  bankName?: string;
}

/** Writes an account down; its number is sealed as soon as it is sent. */
export function AddPayee({ onClose }: { onClose: () => void }) {
  const { t, say } = useWords();
  const { county, is } = useCounty();
  const [form] = Form.useForm<Values>();
  const [q, setQ] = useState('');
  const ownerKind = Form.useWatch('ownerKind', form) ?? (is('keeper', 'operator') ? 'household' : 'organisation');
  const kind = Form.useWatch('kind', form);
  const act = useAct(api.trade.addPayee, { onDone: onClose });
  const households = useQuery({
    ...ask('registry', 'households', { params: { county }, query: { q: q.trim(), size: 20 } }),
    enabled: ownerKind === 'household' && is('keeper', 'operator'),
    placeholderData: keepPreviousData,
  });
  const orgOptions = useActableOrganisations([...sellerKinds, 'station'], ownerKind === 'organisation');
  const ofHousehold = ownerKind === 'household';
  return (
    <FormModal form={form} busy={act.busy} open title={t('payee.addTitle')} onClose={onClose}>
      <Form<Values>
        form={form}
        layout="vertical"
        autoComplete="off"
        initialValues={{ ownerKind, kind: 'bank', provider: 'wechat' }}
        onFinish={({ bankName, provider, ...values }) =>
          act.run({
            params: { county },
            body: {
              ...values,
              ...(values.kind === 'bank' ? bankName && { bankName } : { provider }),
            },
          })
        }
      >
        <Form.Item name="ownerKind" label={t('payee.ownerOf')} hidden={!is('operator', 'keeper')}>
          <Segmented
            block
            options={[
              { value: 'household', label: t('payee.household') },
              { value: 'organisation', label: t('payee.organisation') },
            ]}
            onChange={() => form.setFieldsValue({ owner: undefined, kind: 'bank' })}
          />
        </Form.Item>
        <Form.Item
          name="owner"
          label={ofHousehold ? t('payee.household') : t('payee.organisation')}
          rules={[{ required: true, message: t('field.required') }]}
        >
          {ofHousehold ? (
            <Select
              showSearch={{ filterOption: false, onSearch: setQ }}
              placeholder={t('payee.findHousehold')}
              loading={households.isFetching}
              options={households.data?.rows.map((h) => ({
                value: h.id,
                label: `${h.headMasked} ${h.code} · ${h.villageName}`,
              }))}
            />
          ) : (
            <Select showSearch={{ optionFilterProp: 'label' }} options={orgOptions} />
          )}
        </Form.Item>
        <div className="form-row">
          <Form.Item name="kind" label={t('payee.kind')}>
            <Select
              options={(ofHousehold ? (['bank', 'wallet'] as const) : (['bank', 'merchant'] as const)).map((value) => ({
                value,
                label: say(payeeKindWords[value]),
              }))}
            />
          </Form.Item>
          {kind === 'bank' ? (
            <Form.Item
              name="bankName"
              label={t('payee.bankName')}
              // It goes into the file for the bank, which pays nothing without it.
              rules={[{ required: true, whitespace: true, message: t('field.required') }]}
            >
              <Input maxLength={60} />
            </Form.Item>
          ) : (
            <Form.Item name="provider" label={t('payee.provider')}>
              <Select
                options={(['wechat', 'alipay', 'sandbox'] as const).map((value) => ({
                  value,
                  label: say(payoutChannelWords[value] ?? { zh: value, en: value }),
                }))}
              />
            </Form.Item>
          )}
        </div>
        <Form.Item
          name="account"
          label={t('payee.account')}
          rules={[{ required: true, whitespace: true, min: 6, message: t('payee.accountAgain') }]}
        >
          <Input maxLength={80} inputMode={kind === 'wallet' ? 'text' : 'numeric'} />
        </Form.Item>
        <Form.Item
          name="holder"
          label={t('payee.holder')}
          extra={ofHousehold ? t('payee.holderWords') : undefined}
          rules={[{ required: true, whitespace: true, message: t('field.required') }]}
        >
          <Input maxLength={60} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
