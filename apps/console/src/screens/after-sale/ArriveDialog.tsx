import { useQuery } from '@tanstack/react-query';
import { Input, Modal, Segmented } from 'antd';
import { useState } from 'react';
import type { Case } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';

type Fate = 'sellable' | 'lost' | 'none';

/** Goods came back: pack by pack, by the code on it, what can be sold again and what is lost. */
export function ArriveDialog({ of, open, onClose }: { of: Case; open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const [fates, setFates] = useState<Record<string, Fate>>({});
  const [collect, setCollect] = useState('');
  const [receipt, setReceipt] = useState<string>();
  const [number, setNumber] = useState('');
  const act = useAct(api.fulfilment.takeBack, { onDone: onClose });
  const upload = useAct(
    ({ file }: { file: File }, options) =>
      api.trade.addCasePhoto({ params: { county: of.county, id: of.id } }, { ...options, file }),
    { onDone: (photo) => setReceipt(photo.id), quiet: true },
  );
  const fen = readYuan(collect);
  const proved = receipt !== undefined || /^[A-Za-z0-9-]{6,32}$/.test(number.trim());
  const unproved = collect.trim() !== '' && (fen === undefined || !proved);
  // Only what somebody else bears is settled; of the own nothing has to be said.
  const asksFreight = of.freightBearer !== null && of.freightBearer !== 'merchant' && of.freightPaidBy === null;
  const parcels = useQuery({
    ...ask('fulfilment', 'orderParcels', { params: { county: of.county, id: of.order } }),
    enabled: open,
  });
  const names = new Set(of.lines.map((line) => line.line));
  const products = new Set(of.lines.map((line) => `${line.name} ${line.skuName}`));
  const codes = (parcels.data ?? [])
    .filter((parcel) => parcel.org === of.org && (parcel.state === 'sent' || parcel.state === 'received'))
    .flatMap((parcel) => parcel.codes)
    .filter((code) => names.has(code.line) || products.has(`${code.productName} ${code.skuName}`));
  const chosen = codes.filter((code) => (fates[code.serial] ?? 'none') !== 'none');
  return (
    <Modal
      open={open}
      title={t('case.arriveTitle')}
      okText={t('case.arriveTitle')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: act.busy, disabled: chosen.length === 0 || unproved }}
      onOk={() =>
        act.run({
          params: { county: of.county, id: of.id },
          body: {
            packs: chosen.map((code) => ({
              gtin: code.gtin,
              lot: code.lotNumber,
              serial: code.serial,
              sellable: fates[code.serial] === 'sellable',
            })),
            ...(fen && proved && { freight: { fen, photo: receipt, number: number.trim() || undefined } }),
          },
        })
      }
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="modal-words">{t('case.arriveWords')}</p>
      <Answer query={parcels}>
        {() => (
          <ul className="case-packs">
            {codes.map((code) => (
              <li key={code.serial}>
                <span>
                  <span className="num">{code.serial}</span>
                  <span className="mute"> {`${code.productName} ${code.skuName}`}</span>
                </span>
                <Segmented<Fate>
                  value={fates[code.serial] ?? 'none'}
                  onChange={(fate) => setFates((all) => ({ ...all, [code.serial]: fate }))}
                  options={[
                    { value: 'none', label: t('case.notBack') },
                    { value: 'sellable', label: t('case.sellable') },
                    { value: 'lost', label: t('case.lost') },
                  ]}
                />
              </li>
            ))}
          </ul>
        )}
      </Answer>
      {asksFreight ? (
        <div className="form-row">
          <label htmlFor="collect">
            {t('case.freightCollect')}
            <Input
              id="collect"
              prefix="¥"
              inputMode="decimal"
              autoComplete="off"
              value={collect}
              onChange={(event) => setCollect(event.target.value)}
            />
          </label>
          <label>
            {t('case.freightProof')}
            <input
              type="file"
              accept="image/jpeg,image/png,image/webp"
              onChange={(event) => {
                const [file] = event.target.files ?? [];
                if (file) upload.run({ file });
              }}
            />
          </label>
          <label htmlFor="freight-number">
            {t('case.freightNumber')}
            <Input
              id="freight-number"
              autoComplete="off"
              maxLength={32}
              value={number}
              onChange={(event) => setNumber(event.target.value)}
            />
          </label>
        </div>
      ) : null}
      {upload.error ? <ErrorState error={upload.error} compact /> : null}
      {chosen.length === 0 ? <p className="hint">{t('case.arriveNone')}</p> : null}
      {act.error ? <ErrorState error={act.error} compact /> : null}
    </Modal>
  );
}
