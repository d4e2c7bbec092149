import { Button, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { readCardText } from '#registry/contract';
import { useWords } from '../../i18n/index.tsx';
import { type CodeReader, openCodeReader } from '../../parts/code-reader.ts';
import { Icon } from '../../parts/icons.tsx';
import { useCounty } from '../../session/session.ts';

const LOOK_EVERY_MS = 200;

/** Reads a household's card with the camera, where the page may use one; otherwise there is nothing to see. */
export function ScanCard({ onCard }: { onCard: (letters: string) => void }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  if (!navigator.mediaDevices) return null;
  return (
    <>
      <Button size="large" icon={<Icon name="scan" />} onClick={() => setOpen(true)}>
        {t('weigh.scan')}
      </Button>
      <Modal open={open} title={t('weigh.scan')} footer={null} onCancel={() => setOpen(false)} destroyOnHidden>
        <Camera
          onCard={(letters) => {
            setOpen(false);
            onCard(letters);
          }}
        />
      </Modal>
    </>
  );
}

function Camera({ onCard }: { onCard: (letters: string) => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const video = useRef<HTMLVideoElement>(null);
  const [words, setWords] = useState(t('weigh.scanWords'));
  const told = useRef(onCard);
  told.current = onCard;

  useEffect(() => {
    let stream: MediaStream | undefined;
    let over = false;
    const look = async (read: CodeReader) => {
      if (over || !video.current) return;
      for (const text of await read(video.current)) {
        const said = readCardText(text, county);
        if (said && 'letters' in said) {
          if (!over) told.current(said.letters);
          return;
        }
        setWords(t('weigh.scanOther'));
      }
      setTimeout(look, LOOK_EVERY_MS, read);
    };
    // Both at once: on a slow line the reader comes while the person is asked about the camera.
    const reader = openCodeReader();
    reader.catch(() => setWords(t('weigh.scanNoReader')));
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: 'environment' } })
      .then(async (given) => {
        stream = given;
        if (over || !video.current) return end(given);
        video.current.srcObject = given;
        await video.current.play();
        await reader.then(look, () => {});
      })
      .catch(() => setWords(t('weigh.scanNoCamera')));
    return () => {
      over = true;
      if (stream) end(stream);
    };
  }, [county, t]);

  return (
    <>
      <video ref={video} className="scan-video" muted playsInline aria-label={t('weigh.scan')} />
      <p className="mute">{words}</p>
    </>
  );
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
