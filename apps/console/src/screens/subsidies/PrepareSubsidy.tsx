import { Form, Input, Select } from 'antd';
import { MOST_LINES, mechanisms, mechanismWords } from '#benefit/contract';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { today, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { PaperUpload } from '../../parts/PaperUpload.tsx';
import { useCounty } from '../../session/session.ts';
import { readPayList } from './pay-list.ts';

type Values = {
  programme: string;
  document: string;
  mechanism: (typeof mechanisms)[number];
  day: string;
  file: string;
  list: string;
};

/** Writes down what a programme has paid, household by household, with the paper behind it. */
export function PrepareSubsidy({ onClose, onDone }: { onClose: () => void; onDone: (id: string) => void }) {
  const { t, say, listed } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const act = useAct(api.benefit.prepareSubsidy, { onDone: ({ id }) => onDone(id) });
  const read = readPayList(Form.useWatch('list', form) ?? '');
  const needed = [{ required: true, whitespace: true, message: t('field.required') }];
  return (
    <FormModal form={form} busy={act.busy} open title={t('sub.new')} width={640} onClose={onClose}>
      <p className="modal-words">{t('sub.newWords')}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ mechanism: 'industry', day: today() }}
        onFinish={({ list, ...body }) =>
          act.run({ params: { county }, body: { ...body, lines: readPayList(list).lines } })
        }
      >
        <div className="form-row">
          <Form.Item name="programme" label={t('sub.programme')} rules={needed}>
            <Input maxLength={60} placeholder={t('sub.programmeExample')} />
          </Form.Item>
          <Form.Item name="document" label={t('sub.document')} rules={needed}>
            <Input maxLength={60} placeholder={t('sub.documentExample')} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="mechanism" label={t('sub.mechanism')} rules={needed}>
            <Select options={mechanisms.map((value) => ({ value, label: say(mechanismWords[value]) }))} />
          </Form.Item>
          <Form.Item name="day" label={t('sub.day')} rules={needed}>
            <Input type="date" max={today()} />
          </Form.Item>
        </div>
        <Form.Item
          name="list"
          label={t('sub.list')}
          extra={
            read.lines.length > 0
              ? t('sub.listSum', { n: read.lines.length, money: yuan(read.fen) })
              : t('sub.listHint')
          }
          rules={[
            {
              required: true,
              validator: (_, text: string | undefined) => {
                const { lines, wrong } = readPayList(text ?? '');
                if (wrong.length > 0)
                  return Promise.reject(
                    new Error(t('sub.listWrong', { lines: listed(wrong.slice(0, 8).map(String)) })),
                  );
                if (lines.length === 0) return Promise.reject(new Error(t('field.required')));
                return lines.length > MOST_LINES
                  ? Promise.reject(new Error(t('sub.listLong', { most: MOST_LINES })))
                  : Promise.resolve();
              },
            },
          ]}
        >
          <Input.TextArea rows={6} placeholder={'00001 1200\n00002 800'} />
        </Form.Item>
        <Form.Item name="file" label={t('sub.paper')} extra={t('sub.paperHint')} rules={needed}>
          <PaperUpload send={(options) => api.benefit.addSubsidyPaper({ params: { county } }, options)} />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{ lines: 'list' }} />
      </Form>
    </FormModal>
  );
}
