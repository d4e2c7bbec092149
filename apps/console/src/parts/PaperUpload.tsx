import { useEffect } from 'react';
import type { CallOptions } from '#platform/http/client.ts';
import { useAct } from '../api/use-act.ts';
import { useWords } from '../i18n/index.tsx';
import { FileUpload, PAPER_TYPES } from './FileUpload.tsx';
import { ErrorState } from './states.tsx';

/** Uploads the paper of what a form records, before it is sent; the form's field is the name it was given. */
export function PaperUpload({
  accept = PAPER_TYPES,
  send,
  value,
  onChange,
}: {
  accept?: string;
  send: (options: CallOptions & { file: File }) => Promise<{ file: string }>;
  value?: string;
  onChange?: (file: string) => void;
}) {
  const { t } = useWords();
  const upload = useAct((input: { file: File }, options) => send({ ...options, file: input.file }), { quiet: true });
  const kept = upload.answer?.file;
  useEffect(() => {
    if (kept && kept !== value) onChange?.(kept);
  }, [kept, value, onChange]);
  return (
    <>
      <FileUpload accept={accept} busy={upload.busy} onFile={(file) => upload.run({ file })}>
        {t('received.upload')}
      </FileUpload>
      {value ? <span className="hint"> {t('received.uploaded')}</span> : null}
      {upload.error ? <ErrorState error={upload.error} compact /> : null}
    </>
  );
}
