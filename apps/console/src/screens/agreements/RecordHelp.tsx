import { useQuery } from '@tanstack/react-query';
import { Form, Input, Select } from 'antd';
import { useState } from 'react';
import { helpGiven, helpGivenWords } from '#benefit/contract';
import { registry } from '#registry/contract';
import type { Agreement, AgreementRow } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan, today, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { PaperUpload } from '../../parts/PaperUpload.tsx';
import { useCounty } from '../../session/session.ts';

type Values = {
  agreement: string;
  household: string;
  help: (typeof helpGiven)[number];
  worth: string;
  day: string;
  words?: string;
  paper?: string;
};

/** Writes down help that was given under a startup agreement; of a household, or of one of those it was agreed with. */
export function RecordHelp({
  choices,
  household,
  parties = [],
  onClose,
}: {
  choices: readonly Pick<AgreementRow, 'id' | 'number' | 'orgName' | 'terms'>[];
  /** whose it is, where that is known */
  household?: string;
  /** with whom the only choice was agreed */
  parties?: Agreement['parties'];
  onClose: () => void;
}) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const [form] = Form.useForm<Values>();
  const [sought, setSought] = useState('');
  const act = useAct(api.benefit.recordHelp, { onDone: onClose });
  const named = parties.filter((one) => one.household !== null);
  const searched = household === undefined && named.length < parties.length && may(registry.households);
  const found = useQuery({
    ...ask('registry', 'households', { params: { county }, query: { q: sought || undefined, size: 50 } }),
    enabled: searched,
  });
  const villages = parties.map((one) => one.village);
  const whom = searched
    ? (found.data?.rows ?? [])
        .filter((one) => villages.includes(one.village))
        .map((one) => ({ value: one.id, label: `${one.code} ${one.headMasked}` }))
    : named.map((one) => ({
        value: one.household as string,
        label: `${one.householdCode ?? ''} ${one.headMasked ?? ''}`,
      }));

  const [agreement, who] = [Form.useWatch('agreement', form), Form.useWatch('household', form)];
  const under = choices.find((one) => one.id === agreement);
  const terms = under?.terms.kind === 'startup' ? under.terms : undefined;
  const sofar = useQuery({
    ...ask('benefit', 'startupHelp', { params: { county }, query: { agreement, household: who, size: 1 } }),
    enabled: Boolean(agreement && who),
  });
  const left = terms && sofar.data ? Math.max(0, terms.worthFen - sofar.data.worthFen) : undefined;
  const needed = { required: true, message: t('field.required') };
  return (
    <FormModal form={form} busy={act.busy} open title={t('help.record')} okText={t('help.record')} onClose={onClose}>
      <p className="modal-words">{t('help.recordWords')}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{
          ...{ agreement: choices[0]?.id, household: household ?? (whom.length === 1 ? whom[0]?.value : undefined) },
          ...{ day: today(), words: '' },
        }}
        onFinish={({ agreement: id, worth, words = '', ...body }) =>
          act.run({ params: { county, id }, body: { ...body, words: words.trim(), worthFen: readYuan(worth) ?? 0 } })
        }
      >
        <Form.Item name="agreement" label={t('help.under')} rules={[needed]} hidden={choices.length < 2}>
          <Select options={choices.map((one) => ({ value: one.id, label: `${one.number} ${one.orgName}` }))} />
        </Form.Item>
        <Form.Item name="household" label={t('agr.households')} rules={[needed]} hidden={household !== undefined}>
          <Select
            showSearch={
              searched ? { filterOption: false, onSearch: (text) => setSought(text) } : { optionFilterProp: 'label' }
            }
            options={whom}
          />
        </Form.Item>
        <div className="form-row">
          <Form.Item name="help" label={t('help.what')} rules={[needed]}>
            <Select
              options={(terms?.help ?? helpGiven).map((value) => ({ value, label: say(helpGivenWords[value]) }))}
            />
          </Form.Item>
          <Form.Item name="day" label={t('help.day')} rules={[needed]}>
            <Input type="date" max={today()} />
          </Form.Item>
        </div>
        <Form.Item
          name="worth"
          label={t('help.worth')}
          extra={
            terms && left !== undefined
              ? t('help.left', { agreed: yuan(terms.worthFen), left: yuan(left) })
              : t('help.worthHint')
          }
          rules={[
            {
              required: true,
              validator: (_, text: string | undefined) =>
                (readYuan(text ?? '') ?? 0) > 0 ? Promise.resolve() : Promise.reject(new Error(t('sku.priceNeeded'))),
            },
          ]}
        >
          <Input prefix="¥" inputMode="decimal" autoComplete="off" />
        </Form.Item>
        <Form.Item name="words" label={t('help.words')}>
          <Input.TextArea rows={2} maxLength={200} placeholder={t('help.wordsExample')} />
        </Form.Item>
        <Form.Item name="paper" label={t('help.paper')} extra={t('help.paperHint')}>
          <PaperUpload
            accept="image/*"
            send={async (options) => {
              const { paper } = await api.benefit.addAgreementPaper({ params: { county, id: agreement } }, options);
              return { file: paper };
            }}
          />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{ worthFen: 'worth' }} />
      </Form>
    </FormModal>
  );
}
