import { Button, Form, Input, InputNumber, Radio, Select } from 'antd';
import { useNavigate } from 'react-router';
import { householdCategories, householdCategoryWords, relations } from '#registry/contract';
import { idNumberRight } from '../../checks.ts';
import { useWords } from '../../i18n/index.tsx';
import { useCrops } from '../../parts/crops.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { RegionPicker } from '../../parts/RegionPicker.tsx';
import { useCounty } from '../../session/session.ts';
import { regionWithin } from './region-within.ts';

export type HouseholdValues = {
  village?: string;
  category: (typeof householdCategories)[number];
  members?: { relation: (typeof relations)[number]; name: string; idNumber?: string; phone?: string }[];
  yields: { crop: string; mu?: number | null; trees?: number | null }[];
};

/** Form rows as the server keeps them: hundredths of a mu, empty numbers as zero. */
export function yieldsOf(values: HouseholdValues['yields']) {
  return values.map((y) => ({ crop: y.crop, areaCentimu: Math.round((y.mu ?? 0) * 100), trees: y.trees ?? 0 }));
}

/** The household's form; members are asked only when it is new, because what is sealed is not shown to be edited. */
export function HouseholdForm({
  initial,
  isNew,
  busy,
  error,
  onSubmit,
}: {
  initial: HouseholdValues;
  isNew: boolean;
  busy: boolean;
  error: unknown;
  onSubmit: (values: HouseholdValues) => void;
}) {
  const { t, say } = useWords();
  const navigate = useNavigate();
  const { county, memberships } = useCounty();
  const crops = useCrops();
  const [form] = Form.useForm<HouseholdValues>();
  return (
    <Form<HouseholdValues>
      form={form}
      layout="vertical"
      className="form"
      initialValues={initial}
      onFinish={onSubmit}
      scrollToFirstError={{ block: 'center', focus: true }}
    >
      <Part title={t('household.where')}>
        {isNew ? (
          <Form.Item
            name="village"
            label={t('note.village')}
            rules={[{ required: true, message: t('household.villageNeeded') }]}
          >
            <RegionPicker county={county} within={regionWithin(memberships)} />
          </Form.Item>
        ) : null}
        <Form.Item name="category" label={t('household.category')}>
          <Radio.Group
            options={householdCategories.map((value) => ({ value, label: say(householdCategoryWords[value]) }))}
          />
        </Form.Item>
      </Part>
      {isNew ? (
        <Part title={t('household.members')} question={t('household.membersWords')}>
          <Form.List
            name="members"
            rules={[
              {
                validator: (_, members: HouseholdValues['members']) =>
                  members?.filter((m) => m?.relation === 'head').length === 1
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('household.oneHead'))),
              },
            ]}
          >
            {(rows, { add, remove }, { errors }) => (
              <>
                {rows.map((row, i) => (
                  <fieldset key={row.key} className="form-group">
                    <legend>{t('household.memberNumber', { n: i + 1 })}</legend>
                    <div className="form-row">
                      <Form.Item
                        name={[row.name, 'name']}
                        label={t('household.name')}
                        rules={[{ required: true, whitespace: true, message: t('household.nameNeeded') }]}
                      >
                        <Input autoComplete="off" maxLength={60} />
                      </Form.Item>
                      <Form.Item
                        name={[row.name, 'relation']}
                        label={t('household.relation')}
                        rules={[{ required: true, message: t('field.required') }]}
                      >
                        <Select options={relations.map((value) => ({ value, label: t(`relation.${value}`) }))} />
                      </Form.Item>
                    </div>
                    <div className="form-row">
                      <Form.Item
                        name={[row.name, 'idNumber']}
                        label={t('household.idNumber')}
                        normalize={(text: string) => text.trim().toUpperCase()}
                        rules={[
                          {
                            validator: (_, text: string | undefined) =>
                              !text || idNumberRight(text)
                                ? Promise.resolve()
                                : Promise.reject(new Error(t('household.idNumberWrong'))),
                          },
                        ]}
                        validateTrigger="onBlur"
                      >
                        <Input autoComplete="off" maxLength={18} className="num" />
                      </Form.Item>
                      <Form.Item
                        name={[row.name, 'phone']}
                        label={t('household.phone')}
                        rules={[{ pattern: /^1\d{10}$/, message: t('household.phoneWrong') }]}
                        validateTrigger="onBlur"
                      >
                        <Input inputMode="tel" autoComplete="off" maxLength={11} className="num" />
                      </Form.Item>
                    </div>
                    {rows.length > 1 ? (
                      <Button size="small" onClick={() => remove(row.name)}>
                        {t('action.remove')}
                      </Button>
                    ) : null}
                  </fieldset>
                ))}
                <Form.ErrorList errors={errors} />
                <Button
                  icon={<Icon name="plus" size={18} />}
                  onClick={() => add({ relation: rows.length === 0 ? 'head' : 'spouse' })}
                >
                  {t('household.addMember')}
                </Button>
              </>
            )}
          </Form.List>
        </Part>
      ) : null}
      <Part title={t('household.yields')} question={t('household.yieldsWords')}>
        <Form.List name="yields">
          {(rows, { add, remove }) => (
            <>
              {rows.map((row) => (
                <div key={row.key} className="form-line">
                  <Form.Item
                    name={[row.name, 'crop']}
                    label={t('household.crop')}
                    rules={[{ required: true, message: t('household.cropNeeded') }]}
                  >
                    <Select showSearch={{ optionFilterProp: 'label' }} options={crops.grown} />
                  </Form.Item>
                  <Form.Item
                    name={[row.name, 'mu']}
                    label={t('household.area')}
                    dependencies={[['yields', row.name, 'trees']]}
                    rules={[
                      ({ getFieldValue }) => ({
                        validator: (_, value: number | null | undefined) =>
                          value || getFieldValue(['yields', row.name, 'trees'])
                            ? Promise.resolve()
                            : Promise.reject(new Error(t('household.areaOrTrees'))),
                      }),
                    ]}
                  >
                    <InputNumber min={0} max={10000} precision={2} inputMode="decimal" suffix={t('household.mu')} />
                  </Form.Item>
                  <Form.Item name={[row.name, 'trees']} label={t('household.trees')}>
                    <InputNumber
                      min={0}
                      max={100000}
                      precision={0}
                      inputMode="numeric"
                      suffix={t('household.treeUnit')}
                    />
                  </Form.Item>
                  <Button
                    className="form-line-remove"
                    aria-label={t('action.remove')}
                    icon={<Icon name="close" size={16} />}
                    onClick={() => remove(row.name)}
                  />
                </div>
              ))}
              <Button icon={<Icon name="plus" size={18} />} onClick={() => add({})}>
                {t('household.addYield')}
              </Button>
            </>
          )}
        </Form.List>
      </Part>
      <div className="form-foot">
        <FormProblem error={error} form={form} fields={idNumberFields} />
        <FormEnd busy={busy} onCancel={() => void navigate(-1)} />
      </div>
    </Form>
  );
}

/** A refused number without a row points at the head's, the only one most forms have. */
const idNumberFields: Record<string, (string | number)[]> = { idNumber: ['members', 0, 'idNumber'] };
