import { useState } from 'react';
import { useWords } from '../../i18n/index.tsx';
import { PinPad } from './PinPad.tsx';

/** A new PIN, typed twice: whoever mistypes it the first time is not locked out of their own notes. */
export function NewPin({ onPin, busy }: { onPin: (pin: string) => void; busy?: boolean }) {
  const { t } = useWords();
  const [first, setFirst] = useState<string>();
  const [pin, setPin] = useState('');
  const [words, setWords] = useState<string>();
  const full = (typed: string) => {
    setPin('');
    if (first === undefined) {
      if (isEasy(typed)) return setWords(t('device.pinEasy'));
      setWords(undefined);
      return setFirst(typed);
    }
    if (typed === first) return onPin(typed);
    setFirst(undefined);
    setWords(t('device.pinDiffers'));
  };
  return (
    <>
      <PinPad
        key={first === undefined ? 'first' : 'again'}
        label={t(first === undefined ? 'device.pinChoose' : 'device.pinAgain')}
        value={pin}
        onChange={setPin}
        onFull={full}
        busy={busy}
      />
      <p className="form-problem" role="alert" hidden={!words}>
        {words}
      </p>
    </>
  );
}

/** 111111, 123456, 654321: what whoever finds a phone tries first. */
function isEasy(pin: string): boolean {
  const steps = new Set([...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i])));
  return steps.size === 1 && [...steps].every((step) => Math.abs(step) <= 1);
}
