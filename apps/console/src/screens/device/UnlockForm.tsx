import { Button, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { asProblem } from '../../api/as-problem.ts';
import { useWords } from '../../i18n/index.tsx';
import { forgetReference, recoverDevice, unlockDevice, useDevice } from '../../offline/device.ts';
import { NewPin } from './NewPin.tsx';
import { PinPad } from './PinPad.tsx';

/** Wrong PINs after which forgetting the reference data is offered. */
const OFFER_AFTER = 5;

/** The door of a device: its PIN. A forgotten one is set anew by whoever signs in; notes are never lost with it. */
export function UnlockForm({ onOpen }: { onOpen?: () => void }) {
  const { t } = useWords();
  const device = useDevice();
  const [pin, setPin] = useState('');
  const [busy, setBusy] = useState(false);
  const [words, setWords] = useState<string>();
  const [until, setUntil] = useState(0);
  const [wrong, setWrong] = useState(0);
  const [forgotten, setForgotten] = useState(false);
  const [wiping, setWiping] = useState(false);
  const now = useSeconds(until > 0);
  const left = Math.max(0, Math.ceil((until - now) / 1000));

  const open = async (typed: string) => {
    setBusy(true);
    setWords(undefined);
    const result = await unlockDevice(typed);
    setBusy(false);
    if ('vault' in result) return onOpen?.();
    setPin('');
    setWrong(result.wrong);
    if (result.refused === 'wait') setUntil(result.until);
    else setWords(t('device.pinWrong'));
  };
  const recover = async (typed: string) => {
    setBusy(true);
    try {
      await recoverDevice(typed);
      onOpen?.();
    } catch (error) {
      setWords(asProblem(error, t).title);
      setForgotten(false);
    } finally {
      setBusy(false);
    }
  };

  if (forgotten) {
    return (
      <div className="station device-door">
        <h1>{t('device.newPin')}</h1>
        <p>{t('device.recoverWords')}</p>
        <NewPin busy={busy} onPin={(typed) => void recover(typed)} />
        <Button type="link" block size="large" onClick={() => setForgotten(false)}>
          {t('action.cancel')}
        </Button>
      </div>
    );
  }
  return (
    <div className="station device-door">
      <h1>{t('device.unlock')}</h1>
      {device.waiting > 0 ? <p className="device-held">{t('device.held', { n: device.waiting })}</p> : null}
      <PinPad label={t('device.pin')} value={pin} onChange={setPin} onFull={(typed) => void open(typed)} busy={busy} />
      <p className="form-problem" role="alert" hidden={!words && left === 0}>
        {left > 0 ? t('device.pinWait', { n: left }) : words}
      </p>
      <Button type="link" block size="large" onClick={() => setForgotten(true)}>
        {t('device.forgotten')}
      </Button>
      {wrong >= OFFER_AFTER ? (
        <Button type="link" danger block size="large" onClick={() => setWiping(true)}>
          {t('device.wipe')}
        </Button>
      ) : null}
      <Modal
        open={wiping}
        title={t('device.wipe')}
        okText={t('device.wipeGo')}
        okButtonProps={{ danger: true, size: 'large' }}
        cancelButtonProps={{ size: 'large' }}
        cancelText={t('action.cancel')}
        onCancel={() => setWiping(false)}
        onOk={() => void forgetReference().then(() => setWiping(false))}
      >
        {t('device.wipeWords', { n: device.waiting })}
      </Modal>
    </div>
  );
}

/** The time, each second while somebody waits for it. */
function useSeconds(on: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!on) return;
    setNow(Date.now());
    const ticking = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(ticking);
  }, [on]);
  return now;
}
