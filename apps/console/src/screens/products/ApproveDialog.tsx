import { useQuery } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { aidTestWords } from '#benefit/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Answer } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';
import { RunGrounds } from '../fair/RunGrounds.tsx';

/** Puts a product on sale: shows what the three tests say of it now, and asks for a reason where one fails it. */
export function ApproveDialog({ id, title, onClose }: { id: string; title: string; onClose: () => void }) {
  const { t, say, listed } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ despite?: string }>();
  const act = useAct(api.benefit.listProduct, { onDone: onClose });
  const query = useQuery({
    ...ask('benefit', 'listingTests', { params: { county, id } }),
    staleTime: 0,
    // Once it is on sale there is nothing left to ask.
    enabled: !act.busy && act.answer === undefined,
  });
  const failed = query.data?.failed ?? [];
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open
      title={title}
      okText={failed.length > 0 ? t('aid.listDespite') : title}
      onClose={onClose}
    >
      <Answer query={query}>
        {(tests) => (
          <>
            <p className="modal-words">
              {failed.length > 0
                ? t('aid.listFails', { tests: listed(failed.map((test) => say(aidTestWords[test]))) })
                : t('aid.listPasses')}
            </p>
            <RunGrounds run={tests} fewestPeers={tests.rule.fewestPeers} />
          </>
        )}
      </Answer>
      <Form
        form={form}
        layout="vertical"
        onFinish={({ despite }) =>
          act.run({ params: { county, id }, body: despite ? { despite: despite.trim() } : {} })
        }
      >
        {failed.length > 0 ? (
          <Form.Item
            name="despite"
            label={t('aid.despite')}
            extra={t('aid.despiteHint', { days: query.data?.rule.warnedDays ?? 0 })}
            rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
          >
            <Input.TextArea rows={2} maxLength={200} showCount />
          </Form.Item>
        ) : null}
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
