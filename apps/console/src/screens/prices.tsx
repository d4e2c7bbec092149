import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useEffect, useId, useState } from 'react';
import { Link } from 'react-router';
import { benefit } from '#benefit/contract';
import { catalog } from '#catalog/contract';
import type { ReferencePrice } from '../api/answers.ts';
import { ahead, ask, dayOf, given } from '../api/ask.ts';
import { api } from '../api/client.ts';
import { useAct } from '../api/use-act.ts';
import { addDays, readYuan, today, yuanInput } from '../format.ts';
import { useWords } from '../i18n/index.tsx';
import { cropsQuestion, useCrops } from '../parts/crops.ts';
import { type Column, DataTable } from '../parts/DataTable.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { FormProblem } from '../parts/FormProblem.tsx';
import { PricePerWeight } from '../parts/money.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { StatusTag } from '../parts/StatusTag.tsx';
import { useUrlState } from '../parts/use-url-state.ts';
import { paths } from '../paths.ts';
import { useCounty } from '../session/session.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('catalog', 'referencePrices', {
    params: { county },
    query: { day: dayOf(url, 'day') ?? today(), crop: given(url, 'crop') },
  });

export const loader = ahead((county, url) => [list(county, url), cropsQuestion()]);

/** The day's farm-gate prices that stations weigh in against. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const crops = useCrops();
  const query = useQuery({ ...list(county, state.params), select: (rows) => ({ rows }) });
  const asked = dayOf(state.params, 'day') ?? today();
  const [entering, setEntering] = useState<Partial<ReferencePrice>>();
  const columns: Column<ReferencePrice>[] = [
    {
      key: 'crop',
      title: t('household.crop'),
      card: 'title',
      render: (p) =>
        may(benefit.figures) ? (
          <Link to={paths.section(county, 'figures', { crop: p.crop })}>{p.cropName}</Link>
        ) : (
          p.cropName
        ),
    },
    { key: 'grade', title: t('weigh.grade'), render: (p) => p.grade, card: 'corner' },
    {
      key: 'price',
      card: 'wide',
      title: t('price.reference'),
      align: 'right',
      render: (p) => <PricePerWeight fenPerKg={p.fenPerKg} />,
    },
    {
      key: 'floor',
      card: 'wide',
      title: t('price.floor'),
      align: 'right',
      render: (p) => <PricePerWeight fenPerKg={p.floorFenPerKg} />,
    },
    { key: 'source', card: 'wide', title: t('price.source'), render: (p) => p.source },
    {
      key: 'day',
      title: t('price.since'),
      render: (p) =>
        p.day === asked ? (
          <StatusTag tone="good">{t('price.thisDay')}</StatusTag>
        ) : (
          <span className="num mute">{p.day}</span>
        ),
    },
    ...(may(catalog.setReferencePrice)
      ? [
          {
            key: 'enter',
            title: t('price.enterShort'),
            render: (p: ReferencePrice) => (
              <Button size="small" onClick={() => setEntering(p)}>
                {t('price.enterShort')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <PageHeader
        title={t('menu.prices')}
        about={t('price.about')}
        actions={
          may(catalog.setReferencePrice) ? (
            <Button type="primary" onClick={() => setEntering({})}>
              {t('price.enter')}
            </Button>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.prices')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(p) => `${p.crop}-${p.grade}`}
        filters={[
          { key: 'day', label: t('price.day'), type: 'date' },
          { key: 'crop', label: t('household.crop'), options: crops.options },
        ]}
        empty={{ title: t('price.empty'), words: t('price.emptyWords') }}
      />
      <EnterPrice of={entering} day={asked} onClose={() => setEntering(undefined)} />
    </>
  );
}

type Values = { crop: string; grade: string; day: string; price: string; floor?: string; source: string };

function EnterPrice({
  of,
  day,
  onClose,
}: {
  of: Partial<ReferencePrice> | undefined;
  day: string;
  onClose: () => void;
}) {
  const { t } = useWords();
  const { county } = useCounty();
  const crops = useCrops();
  const grades = useId();
  const [form] = Form.useForm<Values>();
  const act = useAct(api.catalog.setReferencePrice, { onDone: onClose });
  useEffect(() => {
    if (!of) return;
    form.setFieldsValue({
      crop: of.crop,
      grade: of.grade,
      day,
      price: of.fenPerKg ? yuanInput(of.fenPerKg / 2) : '',
      floor: of.floorFenPerKg ? yuanInput(of.floorFenPerKg / 2) : '',
      source: of.source ?? '',
    });
  }, [of, day, form]);
  return (
    <FormModal form={form} busy={act.busy} open={Boolean(of)} title={t('price.enter')} forceRender onClose={onClose}>
      <Form<Values>
        form={form}
        layout="vertical"
        onFinish={(v) =>
          act.run({
            params: { county },
            body: {
              crop: v.crop,
              grade: v.grade.trim(),
              day: v.day,
              // Markets speak in jin; the price is kept for a kilogram.
              fenPerKg: (readYuan(v.price) ?? 0) * 2,
              floorFenPerKg: v.floor ? (readYuan(v.floor) ?? 0) * 2 : null,
              source: v.source.trim(),
            },
          })
        }
      >
        <div className="form-row">
          <Form.Item
            name="crop"
            label={t('household.crop')}
            rules={[{ required: true, message: t('household.cropNeeded') }]}
          >
            <Select showSearch={{ optionFilterProp: 'label' }} options={crops.options} />
          </Form.Item>
          <Form.Item
            name="grade"
            label={t('weigh.grade')}
            rules={[{ required: true, whitespace: true, message: t('field.required') }]}
          >
            <Input list={grades} autoComplete="off" maxLength={20} />
          </Form.Item>
          <datalist id={grades}>
            {['特级', '一级', '二级', '统货'].map((grade) => (
              <option key={grade} value={grade} />
            ))}
          </datalist>
        </div>
        <div className="form-row">
          <Form.Item name="price" label={t('price.perJin')} rules={[amount(t('sku.priceNeeded'), true)]}>
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="floor"
            label={t('price.floorPerJin')}
            extra={t('price.floorWords')}
            rules={[amount(t('sku.priceNeeded'), false)]}
          >
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
        </div>
        <Form.Item name="day" label={t('price.day')} rules={[{ required: true, message: t('field.required') }]}>
          <Input type="date" max={addDays(today(), 7)} />
        </Form.Item>
        <Form.Item
          name="source"
          label={t('price.source')}
          rules={[{ required: true, whitespace: true, message: t('price.sourceNeeded') }]}
        >
          <Input maxLength={60} placeholder={t('price.sourceExample')} />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={priceFields} />
      </Form>
    </FormModal>
  );
}

const priceFields = { fenPerKg: 'price', floorFenPerKg: 'floor' };

const amount = (message: string, required: boolean) => ({
  validator: (_: unknown, text: string | undefined) =>
    (!text && !required) || (readYuan(text ?? '') ?? 0) > 0 ? Promise.resolve() : Promise.reject(new Error(message)),
});
