import { Button } from 'antd';
import { useRef, useState } from 'react';
import { urlOf } from '#platform/http/client.ts';
import { MOST_LOSS_PHOTOS, trace } from '#trace/contract';
import type { LotOperation } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { Icon } from '../../parts/icons.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

type Loss = Pick<LotOperation, 'id' | 'photos' | 'mayAddPhoto'>;

/** What shows a loss: its photos, and the camera for whoever may add one. */
export function LossPhotos({ of, large = false }: { of: Loss; large?: boolean }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const picker = useRef<HTMLInputElement>(null);
  const [added, setAdded] = useState<LotOperation['photos']>([]);
  const add = useAct(
    (input: { file: File }, options) =>
      api.trace.addLossPhoto({ params: { county, id: of.id } }, { ...options, file: input.file }),
    { onDone: (photo) => setAdded((before) => [...before, photo]) },
  );
  // What was just added is among the operation's own as soon as that was asked again.
  const photos = [...of.photos, ...added.filter((one) => !of.photos.some((own) => own.id === one.id))];
  const src = (photo: string, width: '320' | '1600') =>
    urlOf(trace.lossPhoto, { params: { county, id: of.id, photo }, query: { width } });
  return (
    <>
      {photos.length > 0 ? (
        <ul className="case-photos loss-photos">
          {photos.map((photo, i) => (
            <li key={photo.id}>
              <a href={src(photo.id, '1600')} target="_blank" rel="noreferrer">
                <img src={src(photo.id, '320')} alt={t('op.photoOf', { n: i + 1 })} loading="lazy" />
              </a>
            </li>
          ))}
        </ul>
      ) : null}
      {of.mayAddPhoto && may(trace.addLossPhoto) && photos.length < MOST_LOSS_PHOTOS ? (
        <>
          <input
            ref={picker}
            type="file"
            hidden
            accept="image/jpeg,image/png,image/webp"
            capture="environment"
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = '';
              if (file) add.run({ file });
            }}
          />
          <Button
            size={large ? 'large' : 'small'}
            block={large}
            icon={<Icon name="upload" size={large ? 18 : 14} />}
            loading={add.busy}
            onClick={() => picker.current?.click()}
          >
            {t('op.photoAdd')}
          </Button>
        </>
      ) : null}
      {add.error ? <ErrorState error={add.error} compact /> : null}
    </>
  );
}
