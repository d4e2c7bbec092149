import { useCounty, useSession } from '../session/session.ts';
import { type DeviceState, useDevice } from './device.ts';

/** This browser's device, if it is the signed-in person's and of the county that is shown. */
export function useOwnDevice(): Exclude<DeviceState, { state: 'none' }> | undefined {
  const device = useDevice();
  const session = useSession();
  const { county } = useCounty();
  if (device.state === 'none') return undefined;
  return device.record.person === session.person && device.record.county === county ? device : undefined;
}
