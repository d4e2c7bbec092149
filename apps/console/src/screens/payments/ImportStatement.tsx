import { Modal } from 'antd';
import { useState } from 'react';
import type { CallOptions } from '#platform/http/client.ts';
import { api } from '../../api/client.ts';
import { readTable, TABLE_TYPES } from '../../api/read-table.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FileUpload } from '../../parts/FileUpload.tsx';
import { Icon } from '../../parts/icons.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

/** Takes the bank's statement in and shows what became of every line. */
export function ImportStatement({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [name, setName] = useState<string>();
  const act = useAct(async (file: File, options: CallOptions) =>
    api.trade.importRemittances(
      { params: { county }, body: { fileName: file.name, csv: await readTable(file) } },
      options,
    ),
  );
  const close = () => {
    act.reset();
    setName(undefined);
    onClose();
  };
  // Lines that are not taken come first: they are the ones to look at.
  const rows = [...(act.answer?.rows ?? [])].sort((a, b) => +(a.outcome === 'accepted') - +(b.outcome === 'accepted'));
  return (
    <Modal open={open} title={t('remit.import')} footer={null} onCancel={close}>
      <p className="modal-words">{t('remit.importWords')}</p>
      <FileUpload
        accept={TABLE_TYPES}
        busy={act.busy}
        primary={!act.answer}
        icon={<Icon name="upload" size={18} />}
        onFile={(file) => {
          setName(file.name);
          act.run(file);
        }}
      >
        {name ?? t('remit.choose')}
      </FileUpload>
      {act.error ? <ErrorState compact error={act.error} /> : null}
      {act.answer ? (
        <>
          <output className={act.answer.refused > 0 ? 'note-line note-line-some' : 'note-line'}>
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
