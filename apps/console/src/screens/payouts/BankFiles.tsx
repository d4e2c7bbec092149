import { useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import type { CallOptions } from '#platform/http/client.ts';
import { trade } from '#trade/contract';
import type { PayoutBatch } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { readTable, TABLE_TYPES } from '../../api/read-table.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { FileUpload } from '../../parts/FileUpload.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

/** The files that a batch's bank payments were written into, and what the bank made of them. */
export function BankFiles({ batch }: { batch: PayoutBatch }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const [making, setMaking] = useState(false);
  const [taking, setTaking] = useState<string>();
  const client = useQueryClient();
  const make = useAct(api.trade.makeBankFile, { onDone: () => setMaking(false) });
  return (
    <Part
      title={t('bankFile.title')}
      question={t('bankFile.question')}
      more={
        may(trade.makeBankFile) && batch.unfiled > 0 ? (
          <Button type="primary" onClick={() => setMaking(true)}>
            {t('bankFile.make', { n: batch.unfiled })}
          </Button>
        ) : null
      }
    >
      <ul className="plain-list">
        {batch.files.map((file) => (
          <li key={file.id} className="list-row list-row-wrap">
            <span>
              <b className="num">{file.number}</b>{' '}
              <span className="mute num">
                {t('bankFile.sums', { n: file.lines, money: yuan(file.fen) })} · {dayTime(file.at)} {file.byName}
              </span>
              <br />
              <small className="mute num" title={file.sha256}>
                {t('bankFile.hash', { hash: file.sha256.slice(0, 16) })}
              </small>
              <br />
              <Takings file={file} />
            </span>
            {may(trade.bankFile) ? (
              <span className="row-actions">
                {(['xlsx', 'csv'] as const).map((format) => (
                  <Button
                    key={format}
                    size="small"
                    href={`/api/counties/${county}/bank-files/${file.id}/file.${format}`}
                    download
                    // Once it has been taken, it says so.
                    onClick={() => setTimeout(() => void client.invalidateQueries(), 1500)}
                  >
                    {t(`bankFile.${format}`)}
                  </Button>
                ))}
                <Button size="small" onClick={() => setTaking(file.id)}>
                  {t('bankFile.take')}
                </Button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      <ConfirmWithReason
        open={making}
        title={t('bankFile.makeTitle')}
        confirm={t('bankFile.makeTitle')}
        presets={[t('bankFile.why')]}
        busy={make.busy}
        error={make.error}
        onConfirm={(reason) => make.run({ params: { county, id: batch.id }, body: { reason } })}
        onCancel={() => setMaking(false)}
      >
        {t('bankFile.makeWords')}
      </ConfirmWithReason>
      <TakeResults file={taking} onClose={() => setTaking(undefined)} />
    </Part>
  );
}

/** Who took a file away, how often and when last: it holds whole account numbers. */
function Takings({ file }: { file: PayoutBatch['files'][number] }) {
  const { t } = useWords();
  if (file.takings.length === 0) return <small className="mute">{t('bankFile.notTaken')}</small>;
  return (
    <details className="takings">
      <summary>
        <small className="mute">{t('bankFile.takenTimes', { n: file.takings.length })}</small>
      </summary>
      <ul className="plain-list">
        {file.takings.map((one) => (
          <li key={`${one.at}`}>
            <small className="num">
              {dayTime(one.at)} {one.byName} {t(`bankFile.${one.format}`)}
            </small>
          </li>
        ))}
      </ul>
    </details>
  );
}

const tones = { paid: 'good', known: 'quiet', failed: 'stop', returned: 'stop', refused: 'stop' } as const;

function TakeResults({ file, onClose }: { file: string | undefined; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const act = useAct(async (answer: { id: string; file: File }, options: CallOptions) =>
    api.trade.takeBankResults(
      { params: { county, id: answer.id }, body: { csv: await readTable(answer.file) } },
      options,
    ),
  );
  const close = () => {
    act.reset();
    onClose();
  };
  const rows = (act.answer?.rows ?? []).filter((row) => row.outcome !== 'paid' && row.outcome !== 'known');
  return (
    <Modal open={file !== undefined} title={t('bankFile.take')} footer={null} onCancel={close}>
      <p className="modal-words">{t('bankFile.takeWords')}</p>
      <FileUpload
        accept={TABLE_TYPES}
        busy={act.busy}
        primary={!act.answer}
        icon={<Icon name="upload" size={18} />}
        onFile={(answer) => {
          if (file) act.run({ id: file, file: answer });
        }}
      >
        {t('remit.choose')}
      </FileUpload>
      {act.error ? <ErrorState compact error={act.error} /> : null}
      {act.answer ? (
        <>
          <output className={rows.length > 0 ? 'note-line note-line-some' : 'note-line'}>
            {t('bankFile.taken', act.answer)}
          </output>
          <ul className="plain-list scroll-list">
            {rows.map((row) => (
              <li key={row.line} className="list-row">
                <b>{t('remit.line', { n: row.line })}</b>
                <StatusTag tone={tones[row.outcome]}>
                  {row.problem ? t(`bankFile.problem.${row.problem}`) : t(`bankFile.outcome.${row.outcome}`)}
                </StatusTag>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Modal>
  );
}
