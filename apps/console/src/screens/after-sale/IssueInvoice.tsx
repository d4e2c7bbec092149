import { Form, Input } from 'antd';
import type { Invoice } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FileUpload, PAPER_TYPES } from '../../parts/FileUpload.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { ErrorState } from '../../parts/states.tsx';

type Values = { number?: string; red?: string; link?: string };

/** Issues an invoice, or takes back one that a refund made wrong and issues it anew. */
export function IssueInvoice({ invoice, onClose }: { invoice: Invoice | undefined; onClose: () => void }) {
  const { t } = useWords();
  const [form] = Form.useForm<Values>();
  const upload = useAct(
    (input: { county: number; id: string; file: File }, options) =>
      api.trade.addInvoiceFile({ params: { county: input.county, id: input.id } }, { ...options, file: input.file }),
    { quiet: true },
  );
  const close = () => {
    upload.reset();
    onClose();
  };
  const act = useAct(api.trade.issueInvoice, { onDone: close });
  const inForce = invoice?.papers.find((paper) => paper.inForce);
  const onlyBack = Boolean(inForce) && invoice?.dueFen === 0;
  const digits = [{ required: true, pattern: /^\d{8,20}$/, message: t('invoice.numberWrong') }];
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={Boolean(invoice)}
      title={t('invoice.issueTitle', { title: invoice?.title ?? '' })}
      onClose={close}
    >
      <p className="modal-words">
        {onlyBack ? t('invoice.voidWords') : `${t('invoice.due')} ${yuan(invoice?.dueFen ?? 0)}`}
      </p>
      <Form<Values>
        form={form}
        layout="vertical"
        onFinish={({ number, red, link }) => {
          if (!invoice) return;
          act.run({
            params: { county: invoice.county, id: invoice.id },
            body: {
              fen: invoice.dueFen,
              red: red || undefined,
              paper:
                onlyBack || !number
                  ? undefined
                  : { number, link: link?.trim() || undefined, file: upload.answer?.file },
            },
          });
        }}
      >
        {inForce ? (
          <Form.Item name="red" label={t('invoice.red', { number: inForce.number })} rules={digits}>
            <Input inputMode="numeric" className="num" autoComplete="off" />
          </Form.Item>
        ) : null}
        {onlyBack ? null : (
          <>
            <Form.Item name="number" label={t('invoice.number')} rules={digits}>
              <Input inputMode="numeric" className="num" autoComplete="off" />
            </Form.Item>
            <Form.Item label={t('invoice.file')}>
              <FileUpload
                accept={PAPER_TYPES}
                busy={upload.busy}
                onFile={(file) => invoice && upload.run({ county: invoice.county, id: invoice.id, file })}
              >
                {t('invoice.upload')}
              </FileUpload>
              {upload.answer ? (
                <span className="hint"> {t('invoice.uploaded', { type: upload.answer.type.toUpperCase() })}</span>
              ) : null}
            </Form.Item>
            <Form.Item
              name="link"
              label={t('invoice.link')}
              rules={[{ pattern: /^https:\/\/\S+$/, message: t('invoice.linkWrong') }]}
            >
              <Input inputMode="url" autoComplete="off" maxLength={500} />
            </Form.Item>
          </>
        )}
        {upload.error ? <ErrorState error={upload.error} compact /> : null}
        <FormProblem error={act.error} form={form} fields={{ 'paper.number': 'number' }} />
      </Form>
    </FormModal>
  );
}
