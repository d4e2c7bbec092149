import { Form, Input, Modal } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { asProblem } from '../api/as-problem.ts';
import { useWords } from '../i18n/index.tsx';

/** Asks for a reason before something that is written down for good, and shows the refusal if there is one. */
export function ConfirmWithReason({
  open,
  title,
  children,
  label,
  presets,
  confirm,
  danger,
  busy,
  error,
  onConfirm,
  onCancel,
}: {
  open: boolean;
  title: string;
  children?: ReactNode;
  label?: string;
  /** reasons people give again and again; one press fills the field */
  presets?: readonly string[];
  confirm: string;
  danger?: boolean;
  busy?: boolean;
  error?: unknown;
  onConfirm: (reason: string) => void;
  onCancel: () => void;
}) {
  const { t } = useWords();
  const [form] = Form.useForm<{ reason: string }>();
  useEffect(() => {
    if (open) form.resetFields();
  }, [open, form]);
  const problem = error ? asProblem(error, t) : undefined;
  return (
    <Modal
      open={open}
      title={title}
      okText={confirm}
      cancelText={t('action.cancel')}
      okButtonProps={{ danger, loading: busy }}
      onOk={() => form.submit()}
      onCancel={onCancel}
      forceRender
    >
      {children ? <div className="modal-words">{children}</div> : null}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ reason }) => onConfirm(reason.trim())}>
        <Form.Item
          name="reason"
          label={label ?? t('field.reason')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
        >
          <Input.TextArea rows={3} maxLength={200} showCount />
        </Form.Item>
        {presets ? (
          <div className="presets">
            {presets.map((preset) => (
              <button
                key={preset}
                type="button"
                className="preset"
                onClick={() => form.setFieldsValue({ reason: preset })}
              >
                {preset}
              </button>
            ))}
          </div>
        ) : null}
      </Form>
      {problem ? (
        <p className="form-problem" role="alert">
          {problem.title}
          {problem.fields.map((f) => ` ${f.message}`)}
        </p>
      ) : null}
    </Modal>
  );
}
