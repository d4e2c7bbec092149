import { Button, Modal } from 'antd';
import { useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { readText } from '../../api/read-text.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { Icon } from '../../parts/icons.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

/** Takes the bank's CSV in and shows what became of every line. */
export function ImportStatement({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const file = useRef<HTMLInputElement>(null);
  const [name, setName] = useState<string>();
  const act = useAct(api.trade.importRemittances);
  const close = () => {
    act.reset();
    setName(undefined);
    onClose();
  };
  const chosen = async (list: FileList | null) => {
    const [one] = list ?? [];
    if (!one) return;
    setName(one.name);
    act.run({ params: { county }, body: { fileName: one.name, csv: readText(await one.arrayBuffer()) } });
    if (file.current) file.current.value = '';
  };
  // Lines that are not taken come first: they are the ones to look at.
  const rows = [...(act.answer?.rows ?? [])].sort((a, b) => +(a.outcome === 'accepted') - +(b.outcome === 'accepted'));
  return (
    <Modal open={open} title={t('remit.import')} footer={null} onCancel={close}>
      <p className="modal-words">{t('remit.importWords')}</p>
      <input
        ref={file}
        type="file"
        accept=".csv,.txt,text/csv"
        hidden
        onChange={(event) => void chosen(event.target.files)}
      />
      <Button
        type={act.answer ? 'default' : 'primary'}
        size="large"
        block
        loading={act.busy}
        icon={<Icon name="upload" size={18} />}
        onClick={() => file.current?.click()}
      >
        {name ?? t('remit.choose')}
      </Button>
      {act.error ? <ErrorState compact error={act.error} /> : null}
      {act.answer ? (
        <>
          <output className="note-line">
            {t('remit.imported', {
              accepted: act.answer.accepted,
              repeated: act.answer.repeated,
              refused: act.answer.refused,
              matched: act.answer.matched,
            })}
          </output>
          <ul className="plain-list scroll-list">
            {rows.map((row) => (
              <li key={row.line} className="list-row">
                <span>
                  <b>{t('remit.line', { n: row.line })}</b>
                  <span className="mute num">{row.bankNumber || '—'}</span>
                </span>
                <StatusTag tone={row.outcome === 'accepted' ? 'good' : row.outcome === 'refused' ? 'stop' : 'quiet'}>
                  {row.field ? t(`remit.field.${row.field}`) : t(`remit.outcome.${row.outcome}`)}
                </StatusTag>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Modal>
  );
}
