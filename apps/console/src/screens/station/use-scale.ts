import { useCallback, useEffect, useRef, useState } from 'react';
import { isStill, type Reading, readScale } from '../../offline/scale.ts';

/** As much of the Web Serial API as is used; the browser's own types do not know it. */
interface SerialPort {
  readonly readable: ReadableStream<Uint8Array> | null;
  open(options: { baudRate: number }): Promise<void>;
  close(): Promise<void>;
}
interface Serial {
  getPorts(): Promise<SerialPort[]>;
  requestPort(): Promise<SerialPort>;
}

const serial = (): Serial | undefined => (navigator as { serial?: Serial }).serial;

/** How fast scales speak; 9600 is what most leave the factory with. */
export const baudRates = [9600, 4800, 2400, 1200] as const;
const BAUD_KEPT = 'shanhuo.station.baud';
const KEPT_READINGS = 12;

/** A scale on a cable, where the browser can read one. */
export function useScale() {
  const [state, setState] = useState<'off' | 'on' | 'failed'>('off');
  const [readings, setReadings] = useState<readonly Reading[]>([]);
  const [baud, setBaud] = useState(() => Number(localStorage.getItem(BAUD_KEPT)) || baudRates[0]);
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const connect = useCallback(async (rate: number) => {
    stop.current?.();
    localStorage.setItem(BAUD_KEPT, String(rate));
    setBaud(rate);
    setReadings([]);
    try {
      const bus = serial();
      const port = (await bus?.getPorts())?.[0] ?? (await bus?.requestPort());
      if (!port) return;
      await port.open({ baudRate: rate });
      const reader = port.readable?.getReader();
      if (!reader) throw new Error('the port gives nothing to read');
      stop.current = () => {
        stop.current = undefined;
        void reader
          .cancel()
          .then(() => port.close())
          .catch(() => {});
      };
      setState('on');
      let kept = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const { readings: found, rest } = readScale(kept + String.fromCharCode(...value));
        kept = rest;
        if (found.length > 0) setReadings((before) => [...before, ...found].slice(-KEPT_READINGS));
      }
      setState('off');
    } catch (error) {
      // Nobody chose a port: that is no failure.
      setState((error as Error).name === 'NotFoundError' ? 'off' : 'failed');
    }
  }, []);

  return {
    /** whether this browser can read a scale at all */
    able: serial() !== undefined,
    state,
    baud,
    connect,
    newest: readings.at(-1),
    still: isStill(readings),
  };
}
