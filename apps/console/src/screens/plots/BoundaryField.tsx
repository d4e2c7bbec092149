import { Button, Input, Segmented } from 'antd';
import { type MouseEvent, useState } from 'react';
import { areaDiffers, type Boundary, centimuOf, faultOf, metres, type Position, position } from '#trace/contract';
import { useWords } from '../../i18n/index.tsx';
import { mu } from '../households/words.ts';
import { readCoordinates, writeCoordinates } from './coordinates.ts';

/** Metres across the sketch, from a terrace to a hillside. */
const widths = [50, 100, 200, 500, 1000];
const SQUARES = 10;

/** A plot's boundary, drawn corner by corner on squared paper or typed as coordinates; empty when there is none. */
export function BoundaryField({
  value,
  onChange,
  declaredCentimu,
}: {
  value?: Boundary | null;
  onChange?: (boundary: Boundary | null) => void;
  declaredCentimu: number;
}) {
  const { t } = useWords();
  const [way, setWay] = useState<'draw' | 'type'>('draw');
  const corners = value?.coordinates[0].slice(0, -1) ?? [];
  const set = (next: readonly Position[]) => onChange?.(boundaryOf(next));
  const fault = value ? faultOf(value) : undefined;
  const drawn = value && !fault ? centimuOf(value) : undefined;
  return (
    <div className="plot-boundary">
      <Segmented
        value={way}
        onChange={setWay}
        options={[
          { value: 'draw', label: t('plot.draw') },
          { value: 'type', label: t('plot.type') },
        ]}
      />
      {way === 'draw' ? <Draw corners={corners} onChange={set} /> : <Typed corners={corners} onChange={set} />}
      <p className={fault || (drawn && areaDiffers(declaredCentimu, drawn)) ? 'warn' : 'mute'} aria-live="polite">
        {fault ? t(`plot.fault.${fault}`) : null}
        {drawn === undefined
          ? null
          : t(areaDiffers(declaredCentimu, drawn) ? 'plot.drawnDiffers' : 'plot.drawn', { mu: mu(drawn) })}
      </p>
    </div>
  );
}

const boundaryOf = (corners: readonly Position[]): Boundary | null =>
  corners.length === 0 ? null : { type: 'Polygon', coordinates: [[...corners, corners[0] as Position]] };

function Draw({ corners, onChange }: { corners: readonly Position[]; onChange: (next: readonly Position[]) => void }) {
  const { t } = useWords();
  const [origin, setOrigin] = useState<Position | undefined>(corners[0]);
  const [zoom, setZoom] = useState(() => {
    const points = corners.length > 0 ? metres(corners) : [];
    const reach = Math.max(0, ...points.flat().map(Math.abs));
    const fits = widths.findIndex((width) => width * 0.45 > reach);
    return corners.length === 0 ? 1 : fits === -1 ? widths.length - 1 : fits;
  });
  const [text, setText] = useState('');
  const [failed, setFailed] = useState(false);
  const width = widths[zoom] as number;
  const square = width / SQUARES;
  if (!origin) {
    const typed = readCoordinates(text);
    return (
      <div className="plot-start">
        <label htmlFor="first-corner">{t('plot.corner')}</label>
        <span>
          <Input
            id="first-corner"
            placeholder="105.72, 33.73"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </span>
        <Button
          disabled={!('corners' in typed) || typed.corners.length === 0}
          onClick={() => 'corners' in typed && setOrigin(typed.corners[0])}
        >
          {t('plot.draw')}
        </Button>
        <Button
          onClick={() =>
            navigator.geolocation?.getCurrentPosition(
              ({ coords }) => setOrigin([coords.longitude, coords.latitude]),
              () => setFailed(true),
              { enableHighAccuracy: true, timeout: 10_000 },
            )
          }
        >
          {t('plot.here')}
        </Button>
        {failed ? <p className="warn">{t('plot.hereFailed')}</p> : null}
      </div>
    );
  }
  const tap = (event: MouseEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width - 0.5) * width;
    const y = (0.5 - (event.clientY - box.top) / box.height) * width;
    onChange([...corners, position(origin, [x, y])]);
  };
  const points = metres(corners, origin).map(([x, y]) => [x, -y] as const);
  const half = width / 2;
  const lines = Array.from({ length: SQUARES - 1 }, (_, i) => -half + (i + 1) * square);
  return (
    <>
      <p className="mute">{t('plot.drawHint', { metres: square })}</p>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: corners are typed under the other tab */}
      <svg
        className="plot-paper"
        viewBox={`${-half} ${-half} ${width} ${width}`}
        onClick={tap}
        role="img"
        aria-label={t('plot.boundary')}
      >
        {lines.map((at) => (
          <path
            key={at}
            d={`M${at} ${-half}V${half}M${-half} ${at}H${half}`}
            stroke="var(--line)"
            strokeWidth={width / 500}
          />
        ))}
        <polygon
          points={points.map(([x, y]) => `${x},${y}`).join(' ')}
          fill="var(--pine)"
          fillOpacity="0.16"
          stroke="var(--pine)"
          strokeWidth={width / 160}
        />
        {points.map(([x, y], i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a corner is its place in the ring
          <circle key={i} cx={x} cy={y} r={width / 70} fill="var(--pine)" />
        ))}
      </svg>
      <div className="plot-tools">
        <Button disabled={corners.length === 0} onClick={() => onChange(corners.slice(0, -1))}>
          {t('plot.undo')}
        </Button>
        <Button
          disabled={corners.length === 0}
          onClick={() => {
            onChange([]);
            setOrigin(undefined);
          }}
        >
          {t('plot.clear')}
        </Button>
        <Button disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}>
          {t('plot.zoomIn')}
        </Button>
        <Button disabled={zoom === widths.length - 1} onClick={() => setZoom(zoom + 1)}>
          {t('plot.zoomOut')}
        </Button>
      </div>
    </>
  );
}

function Typed({ corners, onChange }: { corners: readonly Position[]; onChange: (next: readonly Position[]) => void }) {
  const { t } = useWords();
  const [text, setText] = useState(() => writeCoordinates(corners));
  const read = readCoordinates(text);
  return (
    <>
      <Input.TextArea
        rows={6}
        className="num"
        aria-label={t('plot.coordinates')}
        placeholder={'105.7201, 33.7302\n105.7213, 33.7302\n105.7213, 33.7311'}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          const next = readCoordinates(event.target.value);
          if ('corners' in next) onChange(next.corners);
        }}
      />
      <p className={'line' in read ? 'warn' : 'mute'}>
        {'line' in read ? t('plot.coordinatesWrong', { line: read.line }) : t('plot.coordinates')}
      </p>
    </>
  );
}
