import { Button } from 'antd';
import { Link } from 'react-router';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { sendNow } from '../../offline/device.ts';
import { useOwnDevice } from '../../offline/own-device.ts';
import { Icon } from '../../parts/icons.tsx';
import { useOnline } from '../../parts/use-online.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

/** How it stands with the device: signal, what waits, how old what it carries is; or how to make one of this phone. */
export function DeviceStrip() {
  const { t } = useWords();
  const { county } = useCounty();
  const device = useOwnDevice();
  const online = useOnline();
  if (device?.state !== 'open') {
    return (
      <Link className="device-strip device-offer" to={paths.devices(county)}>
        <Icon name="phone" />
        <span>{t('device.offer')}</span>
        <Icon name="next" />
      </Link>
    );
  }
  const { waiting, sending, trouble, pack } = device;
  const tone =
    trouble === 'sign-in' || trouble === 'revoked' || trouble === 'server' ? 'bad' : waiting ? 'wait' : 'good';
  return (
    <output className={`device-strip device-${tone}`}>
      <span>
        <b>{waiting > 0 ? t('device.waiting', { n: waiting }) : online ? t('device.allSent') : t('device.noSignal')}</b>
        <span>
          {trouble === 'sign-in' || trouble === 'revoked' || trouble === 'server'
            ? t(`device.trouble.${trouble}`)
            : waiting > 0 && !online
              ? t('device.sentLater')
              : pack
                ? t('device.carried', { n: pack.households.length, at: dayTime(pack.at) })
                : ''}
        </span>
      </span>
      {trouble === 'sign-in' ? (
        <Link className="button-link" to={paths.signIn(paths.station(county))}>
          {t('signIn.title')}
        </Link>
      ) : waiting > 0 && online ? (
        <Button loading={sending} onClick={() => void sendNow()}>
          {t('device.sendNow')}
        </Button>
      ) : null}
    </output>
  );
}
