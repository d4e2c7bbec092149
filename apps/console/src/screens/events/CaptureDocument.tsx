import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Modal } from 'antd';
import { useRef, useState } from 'react';
import { ask } from '../../api/ask.ts';
import { captureDocument } from '../../api/capture-document.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { Icon } from '../../parts/icons.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

/** Takes an EPCIS document in, waits for its job, and shows every fault by its place in the document. */
export function CaptureDocument({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const file = useRef<HTMLInputElement>(null);
  const [name, setName] = useState<string>();
  const [proceed, setProceed] = useState(false);
  const act = useAct(captureDocument);
  const id = act.answer?.captureID;
  const job = useQuery({
    ...ask('trace', 'epcisCaptureJob', { params: { county, id: id ?? '' } }),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.running === false ? false : 500),
  });
  const close = () => {
    act.reset();
    setName(undefined);
    onClose();
  };
  const chosen = async (list: FileList | null) => {
    const [one] = list ?? [];
    if (!one) return;
    setName(one.name);
    act.run({ county, text: await one.text(), proceed });
    if (file.current) file.current.value = '';
  };
  const done = job.data?.running === false ? job.data : undefined;
  return (
    <Modal open={open} title={t('event.capture')} footer={null} onCancel={close}>
      <p className="modal-words">{t('event.captureWords')}</p>
      <p>
        <Checkbox checked={proceed} onChange={(event) => setProceed(event.target.checked)}>
          {t('event.proceed')}
        </Checkbox>
      </p>
      <input
        ref={file}
        type="file"
        accept=".json,.jsonld,application/json,application/ld+json"
        hidden
        onChange={(event) => void chosen(event.target.files)}
      />
      <Button
        type={act.answer ? 'default' : 'primary'}
        size="large"
        block
        loading={act.busy || (id !== undefined && !done)}
        icon={<Icon name="upload" size={18} />}
        onClick={() => file.current?.click()}
      >
        {t('event.choose')}
      </Button>
      {name ? <p className="mute long">{name}</p> : null}
      {act.error ? <ErrorState compact error={act.error} /> : null}
      {act.answer ? <output className="note-line">{wordsOf(done ?? act.answer)}</output> : null}
      {done && done.errors.length > 0 ? (
        <ul className="plain-list scroll-list">
          {done.errors.map((error) => (
            <li key={`${error.instance} ${error.detail}`} className="list-row">
              <span>
                <b className="num">{error.instance}</b>
                <span className="mute">{error.type.endsWith('ValidationException') ? error.detail : error.title}</span>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </Modal>
  );

  function wordsOf(of: { running: boolean; success: boolean; events: number; captured: number }) {
    if (of.running) return t('event.capturing', { n: of.events });
    if (of.captured > 0) return t('event.captured', { n: of.events, captured: of.captured });
    return of.success ? t('event.allKnown', { n: of.events }) : t('event.nothing');
  }
}
