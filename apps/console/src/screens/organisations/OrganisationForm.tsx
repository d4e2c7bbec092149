import { Form, Input, Select } from 'antd';
import { useNavigate } from 'react-router';
import { organisationKinds, organisationKindWords } from '#registry/contract';
import { organisationCodeRight } from '../../checks.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { sellerKinds, useOrganisations } from '../../parts/organisations.ts';
import { RegionPicker } from '../../parts/RegionPicker.tsx';
import { useCounty } from '../../session/session.ts';

export type OrganisationValues = {
  kind: (typeof organisationKinds)[number];
  name: string;
  code: string;
  region: string;
  contact: string;
  phone: string;
  buysFor?: string | null;
};

/** An organisation's form; its code is checked as it is typed, and again by the server. */
export function OrganisationForm({
  initial,
  busy,
  error,
  onSubmit,
}: {
  initial: Partial<OrganisationValues>;
  busy: boolean;
  error: unknown;
  onSubmit: (values: OrganisationValues) => void;
}) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const [form] = Form.useForm<OrganisationValues>();
  const kind = Form.useWatch('kind', form);
  const buyers = useOrganisations(sellerKinds, kind === 'station');
  return (
    <Form<OrganisationValues>
      form={form}
      layout="vertical"
      className="form"
      initialValues={initial}
      onFinish={(values) =>
        onSubmit({ ...values, buysFor: values.kind === 'station' ? (values.buysFor ?? null) : null })
      }
      scrollToFirstError={{ block: 'center', focus: true }}
    >
      <div className="form-row">
        <Form.Item
          name="name"
          label={t('org.name')}
          rules={[{ required: true, whitespace: true, message: t('org.nameNeeded') }]}
        >
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        <Form.Item name="kind" label={t('org.kind')} rules={[{ required: true, message: t('field.required') }]}>
          <Select options={organisationKinds.map((value) => ({ value, label: say(organisationKindWords[value]) }))} />
        </Form.Item>
      </div>
      <Form.Item
        name="code"
        label={t('org.code')}
        extra={t('org.codeWords')}
        normalize={(text: string) => text.trim().toUpperCase()}
        validateTrigger="onBlur"
        rules={[
          {
            validator: (_, text: string | undefined) =>
              text && organisationCodeRight(text) ? Promise.resolve() : Promise.reject(new Error(t('org.codeWrong'))),
          },
        ]}
      >
        <Input maxLength={18} autoComplete="off" className="num" />
      </Form.Item>
      <Form.Item name="region" label={t('org.region')} rules={[{ required: true, message: t('field.required') }]}>
        <RegionPicker county={county} level={kind === 'station' ? 'village' : 'any'} />
      </Form.Item>
      {kind === 'station' ? (
        <Form.Item
          name="buysFor"
          label={t('org.buysFor')}
          extra={t('org.buysForWords')}
          rules={[{ required: true, message: t('org.buysForNeeded') }]}
        >
          <Select showSearch={{ optionFilterProp: 'label' }} options={buyers.data} loading={buyers.isFetching} />
        </Form.Item>
      ) : null}
      <div className="form-row">
        <Form.Item
          name="contact"
          label={t('org.contact')}
          rules={[{ required: true, whitespace: true, message: t('field.required') }]}
        >
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="phone"
          label={t('household.phone')}
          rules={[{ required: true, pattern: /^1\d{10}$/, message: t('household.phoneWrong') }]}
          validateTrigger="onBlur"
        >
          <Input inputMode="tel" maxLength={11} autoComplete="off" className="num" />
        </Form.Item>
      </div>
      <FormProblem error={error} form={form} />
      <FormEnd busy={busy} onCancel={() => void navigate(-1)} />
    </Form>
  );
}
