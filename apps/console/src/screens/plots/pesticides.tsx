import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Radio, Select } from 'antd';
import { useState } from 'react';
import { trace } from '#trace/contract';
import type { Pesticide } from '../../api/answers.ts';
import { ahead, ask, given } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion, useCrops } from '../../parts/crops.ts';
import { type Column, ShortTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { useCounty } from '../../session/session.ts';

const table = (county: number, url: URLSearchParams) =>
  ask('trace', 'pesticides', { params: { county }, query: { crop: given(url, 'crop') } });

export const loader = ahead((county, url) => [table(county, url), cropsQuestion()]);

const tones: Record<Pesticide['kind'], Tone> = { use: 'good', stop: 'quiet', ban: 'stop' };

/** What may be sprayed on which crop, as the county read it off labels, and what nobody may spray. */
export function Component() {
  const { t, locale, listed } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const crops = useCrops();
  const query = useQuery({ ...table(county, state.params), placeholderData: keepPreviousData });
  const [setting, setSetting] = useState(false);
  const columns: Column<Pesticide>[] = [
    {
      key: 'product',
      title: t('pesticide.product'),
      card: 'title',
      render: (p) => (locale === 'en' ? `${p.nameEn} ${p.product}` : p.product),
    },
    {
      key: 'crop',
      title: t('pesticide.crop'),
      render: (p) => (p.crop ? crops.name(p.crop) : t('pesticide.everyCrop')),
    },
    {
      key: 'days',
      title: t('pesticide.days'),
      align: 'right',
      render: (p) => (p.intervalDays === null ? '—' : t('pesticide.daysOf', { n: p.intervalDays })),
    },
    { key: 'basis', title: t('pesticide.basis'), card: 'wide', render: (p) => p.basis },
    {
      key: 'kind',
      title: t('pesticide.kind'),
      card: 'corner',
      render: (p) => <StatusTag tone={tones[p.kind]}>{t(`pesticide.${p.kind}`)}</StatusTag>,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.pesticides')}
        about={t('pesticide.about')}
        actions={
          may(trace.setPesticide) ? (
            <Button type="primary" onClick={() => setSetting(true)}>
              {t('pesticide.set')}
            </Button>
          ) : null
        }
      />
      <Answer query={query}>
        {(rows) => (
          <div className="stack">
            <Part
              title={t('pesticide.own')}
              more={
                <Select
                  allowClear
                  className="plot-village"
                  aria-label={t('pesticide.crop')}
                  placeholder={t('pesticide.crop')}
                  options={crops.grown}
                  value={state.get('crop')}
                  onChange={(crop) => state.set({ crop })}
                />
              }
            >
              <ShortTable
                caption={t('pesticide.own')}
                rows={rows.filter((p) => !p.national)}
                rowKey={(p) => `${p.product} ${p.crop}`}
                empty={t('pesticide.none')}
                columns={columns}
              />
            </Part>
            <Part title={t('pesticide.banned')} question={t('pesticide.bannedWords')}>
              <Facts items={banned(rows, listed)} />
            </Part>
          </div>
        )}
      </Answer>
      <SetDialog open={setting} onClose={() => setSetting(false)} />
    </>
  );
}

/** What the country bans, under the notice that does. */
const banned = (
  rows: readonly Pesticide[],
  listed: (names: readonly string[]) => string,
): [basis: string, products: string][] =>
  [
    ...Map.groupBy(
      rows.filter((p) => p.national),
      (p) => p.basis,
    ),
  ].map(([basis, of]) => [basis, listed(of.map((p) => `${p.product} ${p.nameEn}`))]);

type Line = Parameters<typeof api.trace.setPesticide>[0]['body'];

function SetDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const crops = useCrops();
  const [form] = Form.useForm<Line>();
  const kind = Form.useWatch('kind', form) ?? 'use';
  const act = useAct(api.trace.setPesticide, {
    onDone: () => {
      form.resetFields();
      onClose();
    },
  });
  const required = [{ required: true, whitespace: true, message: t('field.required') }];
  return (
    <FormModal form={form} busy={act.busy} open={open} title={t('pesticide.set')} forceRender onClose={onClose}>
      <p className="modal-words">{t('pesticide.setWords')}</p>
      <Form<Line>
        form={form}
        layout="vertical"
        initialValues={{ kind: 'use' }}
        onFinish={(line) => act.run({ params: { county }, body: line })}
      >
        <Form.Item name="kind" label={t('pesticide.kind')}>
          <Radio.Group
            options={(['use', 'stop', 'ban'] as const).map((value) => ({ value, label: t(`pesticide.${value}`) }))}
          />
        </Form.Item>
        <div className="form-row">
          <Form.Item name="product" label={t('pesticide.product')} rules={required}>
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item name="nameEn" label={t('pesticide.nameEn')} rules={required}>
            <Input maxLength={60} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item
            name="crop"
            label={t('pesticide.crop')}
            rules={kind === 'use' ? [{ required: true, message: t('household.cropNeeded') }] : []}
          >
            <Select allowClear showSearch={{ optionFilterProp: 'label' }} options={crops.grown} />
          </Form.Item>
          {kind === 'use' ? (
            <Form.Item
              name="intervalDays"
              label={t('work.interval')}
              rules={[{ required: true, message: t('field.required') }]}
            >
              <InputNumber min={0} max={365} precision={0} inputMode="numeric" />
            </Form.Item>
          ) : null}
        </div>
        <Form.Item name="basis" label={t('pesticide.basis')} rules={required}>
          <Input maxLength={200} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
