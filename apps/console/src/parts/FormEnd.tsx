import { Button } from 'antd';
import { useWords } from '../i18n/index.tsx';

/** The buttons under a form that is a page: save, and leave it. */
export function FormEnd({ busy, onCancel }: { busy: boolean; onCancel: () => void }) {
  const { t } = useWords();
  return (
    <div className="form-end">
      <Button type="primary" htmlType="submit" size="large" loading={busy}>
        {t('action.save')}
      </Button>
      <Button size="large" onClick={onCancel}>
        {t('action.cancel')}
      </Button>
    </div>
  );
}
