import { useEffect, useRef } from 'react';
import { useWords } from '../../i18n/index.tsx';
import { Keypad } from '../station/Keypad.tsx';
import type { KeypadKey } from '../station/keypad.ts';

const LENGTH = 6;

/** Six digits on big keys; `onFull` when the last one is typed. */
export function PinPad({
  label,
  value,
  onChange,
  onFull,
  busy,
}: {
  label: string;
  value: string;
  onChange: (pin: string) => void;
  onFull: (pin: string) => void;
  busy?: boolean;
}) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus({ preventScroll: true }), []);
  const take = (text: string) => {
    const pin = text.slice(0, LENGTH);
    if (busy || pin === value) return;
    onChange(pin);
    if (pin.length === LENGTH) onFull(pin);
  };
  const onKey = (key: KeypadKey) => take(key === 'back' ? value.slice(0, -1) : value + key);
  return (
    <div className="pin">
      <label>
        <span>{label}</span>
        <input
          ref={input}
          className="pin-input num"
          type="password"
          inputMode="none"
          autoComplete="off"
          maxLength={LENGTH}
          value={value}
          onChange={(event) => take(event.target.value.replaceAll(/\D/g, ''))}
        />
      </label>
      <p className="visually-hidden" aria-live="polite">
        {t('device.pinTyped', { n: value.length })}
      </p>
      <Keypad onKey={onKey} point={false} />
    </div>
  );
}
