import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { fulfilment, parcelMoves } from '#fulfilment/contract';
import { type LabelSize, labelSizes } from '#trace/contract';
import type { Parcel } from '../../api/answers.ts';
import { dayTime, weight } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { Facts, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Label } from '../../print/Label.tsx';
import { usePrint } from '../../print/Printable.tsx';
import { useCounty } from '../../session/session.ts';
import { qrOf } from '../lots/PackLabels.tsx';
import { parcelTones } from './order-tones.ts';
import { SendDialog } from './SendDialog.tsx';

const sizes = Object.keys(labelSizes) as LabelSize[];

/** One parcel: its packs by code, labels to stick on them, and its way to the carrier. */
export function ParcelCard({ county, parcel }: { county: number; parcel: Parcel }) {
  const { t, locale, say } = useWords();
  const { may } = useCounty();
  const [sending, setSending] = useState(false);
  const [size, setSize] = useState<LabelSize>('60x40');
  const [print, printing] = usePrint(`${labelSizes[size].width}mm ${labelSizes[size].height}mm`);
  const labels = parcel.codes.map((code) => (
    <div className="sheet" key={code.serial}>
      <Label
        size={size}
        content={{
          title: `${code.productName} ${code.skuName}`,
          lines: [
            `批次：${code.lotNumber}`,
            `包裹：${parcel.number}`,
            `订单：${parcel.orderNumber}`,
            `装箱：${parcel.packedIn}`,
            parcel.orgName,
          ],
          caption: code.serial,
        }}
        code={{ src: qrOf(code.path) }}
      />
    </div>
  ));
  return (
    <Part
      title={t('parcel.title', { number: parcel.number })}
      more={<StatusTag tone={parcelTones[parcel.state]}>{say(parcelMoves.states[parcel.state])}</StatusTag>}
    >
      <Facts
        items={[
          [t('lot.org'), parcel.orgName],
          [t('order.packs'), `${parcel.packs} · ${weight(parcel.grams, locale)}`],
          [t('parcel.packedIn'), parcel.packedIn],
          [t('parcel.packedAt'), dayTime(parcel.packedAt)],
          parcel.carrier ? [t('parcel.carrier'), `${parcel.carrier} ${parcel.waybill ?? ''}`] : undefined,
          parcel.sentAt ? [t('parcel.sentAt'), dayTime(parcel.sentAt)] : undefined,
          parcel.receivedAt ? [t('parcel.receivedAt'), dayTime(parcel.receivedAt)] : undefined,
        ]}
      />
      <ul className="codes">
        {parcel.codes.map((code) => (
          <li key={code.serial}>
            <a href={code.path} target="_blank" rel="noreferrer" className="num">
              {code.serial}
            </a>{' '}
            <span className="mute">
              {code.skuName} · {code.lotNumber}
            </span>
          </li>
        ))}
      </ul>
      <div className="form-end">
        {may(fulfilment.sendParcel) && parcel.state === 'packed' ? (
          <Button type="primary" onClick={() => setSending(true)}>
            {t('parcel.send')}
          </Button>
        ) : null}
        <Button onClick={print}>{t('label.print', { n: parcel.codes.length })}</Button>
        <Segmented
          size="small"
          aria-label={t('label.size')}
          options={sizes.map((value) => ({ value, label: value.replace('x', '×') }))}
          value={size}
          onChange={setSize}
        />
      </div>
      {printing(labels)}
      <SendDialog county={county} parcel={sending ? parcel : undefined} onClose={() => setSending(false)} />
    </Part>
  );
}
