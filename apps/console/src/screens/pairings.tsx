import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { helperKinds, registry } from '#registry/contract';
import type { Pairing } from '../api/answers.ts';
import { ahead, ask, given } from '../api/ask.ts';
import { api } from '../api/client.ts';
import { useAct } from '../api/use-act.ts';
import { today } from '../format.ts';
import { useWords } from '../i18n/index.tsx';
import { type Column, DataTable } from '../parts/DataTable.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { FormProblem } from '../parts/FormProblem.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { RegionPicker } from '../parts/RegionPicker.tsx';
import { StatusTag } from '../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../parts/use-url-state.ts';
import { paths } from '../paths.ts';
import { useCounty } from '../session/session.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('registry', 'pairings', { params: { county }, query: { ...pageOf(url), village: given(url, 'village') } });

export const loader = ahead((county, url) => [list(county, url)]);

/** Who helps which village or household, and with what. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Pairing>();
  const columns: Column<Pairing>[] = [
    { key: 'helper', title: t('pairing.helper'), render: (p) => p.helperName, card: 'title' },
    {
      key: 'kind',
      title: t('pairing.kind'),
      card: 'corner',
      render: (p) => <StatusTag tone="quiet">{t(`helper.${p.helperKind}`)}</StatusTag>,
    },
    { key: 'village', card: 'wide', title: t('note.village'), render: (p) => p.villageName },
    {
      key: 'household',
      card: 'wide',
      title: t('note.household'),
      render: (p) =>
        p.household ? (
          <Link to={paths.household(county, p.household)}>{p.householdCode}</Link>
        ) : (
          t('pairing.wholeVillage')
        ),
    },
    { key: 'duty', card: 'wide', title: t('pairing.duty'), render: (p) => p.duty },
    {
      key: 'since',
      card: 'wide',
      title: t('pairing.since'),
      render: (p) => <span className="num">{p.until ? `${p.since} – ${p.until}` : p.since}</span>,
    },
    ...(may(registry.endPairing)
      ? [
          {
            key: 'end',
            title: '',
            render: (p: Pairing) =>
              p.until ? (
                <span className="mute">{t('pairing.ended')}</span>
              ) : (
                <Button size="small" onClick={() => setEnding(p)}>
                  {t('pairing.end')}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <>
      <PageHeader
        title={t('menu.pairings')}
        about={t('pairing.about')}
        actions={
          may(registry.addPairing) ? (
            <Button type="primary" onClick={() => setAdding(true)}>
              {t('pairing.add')}
            </Button>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.pairings')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(p) => p.id}
        extra={
          <div className="list-region">
            <RegionPicker county={county} value={state.get('village')} onChange={(village) => state.set({ village })} />
          </div>
        }
        empty={{ title: t('pairing.empty'), words: t('pairing.emptyWords') }}
      />
      <AddPairing open={adding} onClose={() => setAdding(false)} />
      <EndPairing pairing={ending} onClose={() => setEnding(undefined)} />
    </>
  );
}

type Values = {
  helperKind: (typeof helperKinds)[number];
  helperName: string;
  village: string;
  household?: string;
  duty: string;
  since: string;
};

function AddPairing({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const village = Form.useWatch('village', form);
  const act = useAct(api.registry.addPairing, {
    onDone: () => {
      form.resetFields();
      onClose();
    },
  });
  const households = useQuery({
    ...ask('registry', 'households', { params: { county }, query: { village, size: 200 } }),
    enabled: Boolean(village),
  });
  return (
    <FormModal form={form} busy={act.busy} open={open} title={t('pairing.add')} onClose={onClose}>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ helperKind: 'branch', since: today() }}
        onFinish={(values) => act.run({ params: { county }, body: { ...values, household: values.household ?? null } })}
      >
        <div className="form-row">
          <Form.Item name="helperKind" label={t('pairing.kind')}>
            <Select options={helperKinds.map((value) => ({ value, label: t(`helper.${value}`) }))} />
          </Form.Item>
          <Form.Item name="since" label={t('pairing.since')} rules={[{ required: true, message: t('field.required') }]}>
            <Input type="date" />
          </Form.Item>
        </div>
        <Form.Item
          name="helperName"
          label={t('pairing.helper')}
          rules={[{ required: true, whitespace: true, message: t('field.required') }]}
        >
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item
          name="village"
          label={t('note.village')}
          rules={[{ required: true, message: t('household.villageNeeded') }]}
        >
          <RegionPicker county={county} />
        </Form.Item>
        <Form.Item name="household" label={t('pairing.household')} extra={t('pairing.householdWords')}>
          <Select
            allowClear
            disabled={!village}
            loading={households.isFetching}
            showSearch={{ optionFilterProp: 'label' }}
            options={households.data?.rows.map((h) => ({ value: h.id, label: `${h.headMasked} ${h.code}` }))}
          />
        </Form.Item>
        <Form.Item
          name="duty"
          label={t('pairing.duty')}
          rules={[{ required: true, min: 2, message: t('pairing.dutyNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={200} showCount placeholder={t('pairing.dutyExample')} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}

function EndPairing({ pairing, onClose }: { pairing: Pairing | undefined; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ until: string }>();
  const act = useAct(api.registry.endPairing, { onDone: onClose });
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={Boolean(pairing)}
      title={t('pairing.end')}
      okText={t('pairing.end')}
      onClose={onClose}
    >
      {pairing ? (
        <p className="modal-words">
          {t('pairing.endWords', { helper: pairing.helperName, village: pairing.villageName })}
        </p>
      ) : null}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ until: today() }}
        onFinish={(body) => {
          if (pairing) act.run({ params: { county, id: pairing.id }, body });
        }}
      >
        <Form.Item name="until" label={t('pairing.until')} rules={[{ required: true, message: t('field.required') }]}>
          <Input type="date" min={pairing?.since} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
