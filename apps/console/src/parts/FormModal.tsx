import { type FormInstance, Modal, type ModalProps } from 'antd';
import { useWords } from '../i18n/index.tsx';

/** A dialog around a form: its button sends the form and waits with it. */
export function FormModal<Values>({
  form,
  busy,
  onClose,
  ...modal
}: Pick<ModalProps, 'open' | 'title' | 'okText' | 'width' | 'forceRender' | 'children'> & {
  form: FormInstance<Values>;
  busy: boolean;
  onClose: () => void;
}) {
  const { t } = useWords();
  return (
    <Modal
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: busy }}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden={!modal.forceRender}
      {...modal}
    />
  );
}
