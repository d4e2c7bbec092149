import { useQuery } from '@tanstack/react-query';
import { Form, Input, Modal, Radio } from 'antd';
import { useNavigate } from 'react-router';
import { recallReaches, recallReachWords, unshippedRules, unshippedWords } from '#trace/contract';
import type { Lot } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { count } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Facts } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

interface Values {
  reach: (typeof recallReaches)[number];
  unshipped: (typeof unshippedRules)[number];
  reason: string;
  advice: string;
}

/** Calls a lot back; what it will hit stands there before it is confirmed. */
export function RecallDialog({ lot, onClose }: { lot: Lot; onClose: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const reach = Form.useWatch('reach', form) ?? 'descendants';
  const preview = useQuery(ask('trade', 'recallPreview', { params: { county, id: lot.id }, query: { reach } }));
  const act = useAct(api.trace.declareRecall, { onDone: (recall) => void navigate(paths.recall(county, recall.id)) });
  const required = [{ required: true, whitespace: true, min: 2, message: t('field.required') }];
  return (
    <Modal
      open
      title={t('recall.dialog', { number: lot.number })}
      okText={t('recall.confirm')}
      cancelText={t('action.cancel')}
      okButtonProps={{ danger: true, loading: act.busy, disabled: !preview.data }}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="modal-words">{t('recall.words')}</p>
      <Form<Values>
        form={form}
        name="recall"
        layout="vertical"
        initialValues={{ reach: 'descendants', unshipped: 'refund', advice: t('recall.adviceUsual') }}
        onFinish={(values) => act.run({ params: { county }, body: { lot: lot.id, ...values } })}
      >
        <Form.Item name="reach" label={t('recall.reach')}>
          <Radio.Group
            className="checks"
            options={recallReaches.map((value) => ({ value, label: say(recallReachWords[value]) }))}
          />
        </Form.Item>
        <section className="recall-hits" aria-live="polite">
          <h3>{t('recall.hits')}</h3>
          <Answer query={preview} rows={3}>
            {(hit) => (
              <Facts
                items={[
                  [t('recall.hitLots'), count(hit.lots)],
                  [t('recall.hitStock'), t('recall.packs', { n: count(hit.stockPacks) })],
                  [t('recall.hitWaiting'), count(hit.ordersWaiting)],
                  [t('recall.hitSent'), `${count(hit.ordersSent)} · ${t('recall.packs', { n: count(hit.packsSent) })}`],
                  [t('recall.hitBuyers'), count(hit.buyers)],
                  [
                    t('recall.hitHouseholds'),
                    t('recall.households', { n: count(hit.households), villages: hit.villages }),
                  ],
                ]}
              />
            )}
          </Answer>
        </section>
        <Form.Item name="unshipped" label={t('recall.unshipped')}>
          <Radio.Group
            className="checks"
            options={unshippedRules.map((value) => ({ value, label: say(unshippedWords[value]) }))}
          />
        </Form.Item>
        <Form.Item name="reason" label={t('recall.reason')} rules={required}>
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        <Form.Item name="advice" label={t('recall.advice')} rules={required}>
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </Modal>
  );
}
