import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { benefit } from '#benefit/contract';
import type { MarketPrice } from '../../api/answers.ts';
import { ahead, ask, given } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readPerJin, today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion, useCrops } from '../../parts/crops.ts';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { PricePerWeight } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { useCounty } from '../../session/session.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('benefit', 'marketPrices', { params: { county }, query: { ...pageOf(url), crop: given(url, 'crop') } });

export const loader = ahead((county, url) => [list(county, url), cropsQuestion()]);

/** What such goods cost elsewhere, as somebody of the county saw it. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const crops = useCrops();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [entering, setEntering] = useState(false);
  const columns: Column<MarketPrice>[] = [
    {
      key: 'crop',
      title: t('household.crop'),
      card: 'title',
      render: (p) => [p.cropName, p.variety].filter(Boolean).join(' · '),
    },
    { key: 'grade', title: t('weigh.grade'), card: 'corner', render: (p) => p.grade },
    { key: 'market', title: t('market.market'), card: 'wide', render: (p) => p.market },
    {
      key: 'price',
      title: t('market.price'),
      card: 'wide',
      align: 'right',
      render: (p) => <PricePerWeight fenPerKg={p.fenPerKg} />,
    },
    { key: 'day', title: t('price.day'), render: (p) => <span className="num">{p.day}</span> },
    { key: 'source', title: t('market.source'), card: 'wide', render: (p) => p.source },
    { key: 'by', title: t('market.by'), render: (p) => p.byName },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.marketPrices')}
        about={t('market.about')}
        actions={
          may(benefit.enterMarketPrice) ? (
            <Button type="primary" onClick={() => setEntering(true)}>
              {t('market.enter')}
            </Button>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.marketPrices')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(p) => p.id}
        filters={[{ key: 'crop', label: t('household.crop'), options: crops.options }]}
        empty={{ title: t('market.empty'), words: t('market.emptyWords') }}
      />
      <EnterDialog open={entering} onClose={() => setEntering(false)} />
    </>
  );
}

type Values = {
  crop: string;
  category: string;
  variety: string;
  grade: string;
  day: string;
  market: string;
  source: string;
  price: string;
};

function EnterDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const crops = useCrops();
  const categories = useQuery(ask('catalog', 'categories'));
  const [form] = Form.useForm<Values>();
  const act = useAct(api.benefit.enterMarketPrice, {
    onDone: () => {
      form.resetFields(['market', 'price']);
      onClose();
    },
  });
  const required = [{ required: true, whitespace: true, message: t('field.required') }];
  return (
    <Modal
      open={open}
      title={t('market.enter')}
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: act.busy }}
      onOk={() => form.submit()}
      onCancel={onClose}
      forceRender
    >
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ day: today(), variety: '' }}
        onFinish={({ price, ...v }) =>
          act.run({ params: { county }, body: { ...v, fenPerKg: readPerJin(price) ?? 0 } })
        }
      >
        <div className="form-row">
          <Form.Item name="crop" label={t('household.crop')} rules={required}>
            <Select showSearch={{ optionFilterProp: 'label' }} options={crops.options} />
          </Form.Item>
          <Form.Item name="category" label={t('product.category')} rules={required}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              options={categories.data?.map((c) => ({ value: c.code, label: locale === 'zh' ? c.nameZh : c.nameEn }))}
            />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="grade" label={t('weigh.grade')} rules={required}>
            <Input maxLength={20} autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="price"
            label={t('market.perJin')}
            rules={[
              {
                validator: (_, text: string | undefined) =>
                  (readPerJin(text ?? '') ?? 0) > 0
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('sku.priceNeeded'))),
              },
            ]}
          >
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
        </div>
        <Form.Item name="variety" label={t('product.variety')} extra={t('product.varietyHint')}>
          <Input maxLength={30} autoComplete="off" />
        </Form.Item>
        <div className="form-row">
          <Form.Item name="market" label={t('market.market')} rules={required}>
            <Input maxLength={60} placeholder={t('market.marketExample')} />
          </Form.Item>
          <Form.Item name="day" label={t('price.day')} rules={required}>
            <Input type="date" max={today()} />
          </Form.Item>
        </div>
        <Form.Item name="source" label={t('market.source')} rules={required}>
          <Input maxLength={60} placeholder={t('market.sourceExample')} />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{ fenPerKg: 'price' }} />
      </Form>
    </Modal>
  );
}
