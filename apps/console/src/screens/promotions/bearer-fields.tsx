import { Form, Select } from 'antd';
import { bearers, bearerWords } from '#trade/contract';
import { useWords } from '../../i18n/index.tsx';
import { sellerKinds, useOrganisations } from '../../parts/organisations.ts';
import { useCounty } from '../../session/session.ts';

/** Who bears a discount, of those this person may speak for, and whose goods it is for. */
export function BearerFields({ open }: { open: boolean }) {
  const { t, say } = useWords();
  const { is, memberships } = useCounty();
  const bearer = Form.useWatch('bearer');
  const sellers = useOrganisations(sellerKinds, open);
  const may = { merchant: is('merchant'), county: is('operator'), platform: is('platform') };
  const own = memberships.filter((m) => m.role === 'merchant').map((m) => m.org);
  const orgs = sellers.data?.filter((o) => bearer !== 'merchant' || own.includes(o.value));
  return (
    <div className="form-row">
      <Form.Item name="bearer" label={t('promo.bearer')} rules={[{ required: true, message: t('field.required') }]}>
        <Select options={bearers.filter((b) => may[b]).map((b) => ({ value: b, label: say(bearerWords[b]) }))} />
      </Form.Item>
      <Form.Item
        name="org"
        label={t('promo.org')}
        rules={bearer === 'merchant' ? [{ required: true, message: t('field.required') }] : []}
      >
        <Select
          allowClear={bearer !== 'merchant'}
          placeholder={t('rules.everything')}
          showSearch={{ optionFilterProp: 'label' }}
          options={orgs}
        />
      </Form.Item>
    </div>
  );
}
