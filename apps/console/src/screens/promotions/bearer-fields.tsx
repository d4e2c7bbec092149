import { useQuery } from '@tanstack/react-query';
import { Form, Select } from 'antd';
import { bearers, bearerWords } from '#trade/contract';
import { ask } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { useCounty } from '../../session/session.ts';

/** Who bears a discount, of those this person may speak for, and whose goods it is for. */
export function BearerFields({ open }: { open: boolean }) {
  const { t, say } = useWords();
  const { county, is, memberships } = useCounty();
  const bearer = Form.useWatch('bearer');
  const sellers = useQuery({
    ...ask('registry', 'organisations', { params: { county }, query: { size: 200 } }),
    enabled: open,
    select: ({ rows }) => rows.filter((o) => o.kind === 'merchant' || o.kind === 'cooperative'),
  });
  const may = { merchant: is('merchant'), county: is('operator'), platform: is('platform') };
  const own = memberships.filter((m) => m.role === 'merchant').map((m) => m.org);
  const orgs = sellers.data?.filter((o) => bearer !== 'merchant' || own.includes(o.id));
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
          options={orgs?.map((o) => ({ value: o.id, label: o.name }))}
        />
      </Form.Item>
    </div>
  );
}
