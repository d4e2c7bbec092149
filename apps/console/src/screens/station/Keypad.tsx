import type { Ref } from 'react';
import { useWords } from '../../i18n/index.tsx';
import { Icon } from '../../parts/icons.tsx';
import { type KeypadKey, keypadKeys } from './keypad.ts';

/** The big keys under a figure. A press leaves the focus where it is, so that a real keyboard goes on working. */
export function Keypad({
  onKey,
  point = true,
  ref,
}: {
  onKey: (key: KeypadKey) => void;
  point?: boolean;
  ref?: Ref<HTMLDivElement>;
}) {
  const { t } = useWords();
  return (
    <div className="keypad" ref={ref}>
      {keypadKeys.map((key) =>
        key === '.' && !point ? (
          <span key={key} />
        ) : (
          <button
            key={key}
            type="button"
            className="keypad-key"
            aria-label={key === 'back' ? t('weigh.erase') : key}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onKey(key)}
          >
            {key === 'back' ? <Icon name="erase" size={28} /> : key}
          </button>
        ),
      )}
    </div>
  );
}
