import { Button, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { readCardText } from '#registry/contract';
import { useWords } from '../../i18n/index.tsx';
import { Icon } from '../../parts/icons.tsx';
import { useCounty } from '../../session/session.ts';

/** As much of the Barcode Detection API as is used; the browser's own types do not know it. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: string[] }) => Detector;

const detector = (): DetectorClass | undefined => (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
const LOOK_EVERY_MS = 200;

/** Reads a household's card with the camera, where the browser can; otherwise there is nothing to see. */
export function ScanCard({ onCard }: { onCard: (letters: string) => void }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  if (!detector() || !navigator.mediaDevices) return null;
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
    const Class = detector();
    if (!Class) return;
    const reader = new Class({ formats: ['qr_code'] });
    let stream: MediaStream | undefined;
    let over = false;
    const look = async () => {
      if (over || !video.current) return;
      const found = await reader.detect(video.current).catch(() => []);
      for (const { rawValue } of found) {
        const said = readCardText(rawValue, county);
        if (said && 'letters' in said) return told.current(said.letters);
        setWords(t('weigh.scanOther'));
      }
      setTimeout(look, LOOK_EVERY_MS);
    };
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: 'environment' } })
      .then(async (given) => {
        stream = given;
        if (over || !video.current) return;
        video.current.srcObject = given;
        await video.current.play();
        void look();
      })
      .catch(() => setWords(t('weigh.scanNoCamera')));
    return () => {
      over = true;
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, [county, t]);

  return (
    <>
      <video ref={video} className="scan-video" muted playsInline aria-label={t('weigh.scan')} />
      <p className="mute">{words}</p>
    </>
  );
}
