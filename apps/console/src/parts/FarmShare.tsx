import { pocketWords } from '#benefit/contract';
import type { FarmShare as Share } from '../api/answers.ts';
import { ofHundred } from '../format.ts';
import { useWords } from '../i18n/index.tsx';
import { FarmShareBar } from './FarmShareBar.tsx';

/** A farm share with what it rests on, as benefit computes it. */
export function FarmShare({ share }: { share: Share }) {
  const { t, say } = useWords();
  return (
    <>
      <FarmShareBar
        bp={share.shareBp}
        parts={share.of100.map((part) => ({
          pocket: part.pocket,
          fen: part.fen,
          label: say(pocketWords[part.pocket]),
        }))}
      />
      {share.shareBp === null ? null : (
        <p className="hint">
          {t('share.restsOn', { lines: share.lines, purchases: share.purchases })}
          {share.peerMedianBp === null ? '' : ` ${t('share.peers', { share: ofHundred(share.peerMedianBp / 10) })}`}
        </p>
      )}
    </>
  );
}
