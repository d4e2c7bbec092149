import { useQuery } from '@tanstack/react-query';
import { Input, InputNumber, Select } from 'antd';
import { useId } from 'react';
import { settlementPartWords } from '#trade/contract';
import { ahead, ask, dayOf, given } from '../../api/ask.ts';
import { today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const goods = (county: number) =>
  ask('catalog', 'catalogProducts', { params: { county }, query: { state: 'on_sale', size: 200 } });
const provinces = ask('registry', 'regions');

/** Beijing, until another place is chosen: buyers are far away more often than not. */
const DEFAULT_REGION = '110000000000';

function asked(county: number, url: URLSearchParams) {
  const packs = Number(url.get('packs') ?? 1);
  const region = url.get('region') ?? '';
  return {
    sku: given(url, 'sku'),
    packs: Number.isInteger(packs) && packs > 0 && packs < 1000 ? packs : 1,
    region: /^\d{12}$/.test(region) ? region : DEFAULT_REGION,
    day: dayOf(url, 'day'),
    county,
  };
}

const preview = ({ county, sku, packs, region, day }: ReturnType<typeof asked>) => ({
  ...ask('trade', 'previewSettlement', {
    params: { county },
    body: { lines: [{ sku: sku ?? '', packs }], region, ...(day && { day }) },
  }),
  enabled: sku !== undefined,
});

export const loader = ahead((county, url) => {
  const choice = asked(county, url);
  return [goods(county), provinces, ...(choice.sku ? [preview(choice)] : [])];
});

const whys = {
  share: 'preview.whyShare',
  floor: 'preview.whyFloor',
  cap: 'preview.whyCap',
  left: 'preview.whyLeft',
  rest: 'preview.whyRest',
  freight: 'preview.whyFreight',
} as const;

/** What an order would give to whom, and by which rule: the same split as a payment makes, without one. */
export function Component() {
  const { t, locale, say } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const choice = asked(county, state.params);
  const products = useQuery(goods(county));
  const places = useQuery(provinces);
  const query = useQuery(preview(choice));
  const [goodsId, packsId, regionId, dayId] = [useId(), useId(), useId(), useId()];
  return (
    <>
      <PageHeader
        title={t('preview.title')}
        about={t('preview.about')}
        back={{ to: paths.rules(county), label: t('menu.rules') }}
      />
      <div className="form form-row preview-choice">
        <label htmlFor={goodsId}>
          <span>{t('preview.goods')}</span>
          <Select
            id={goodsId}
            showSearch={{ optionFilterProp: 'label' }}
            loading={products.isPending}
            value={choice.sku}
            onChange={(sku: string) => state.set({ sku })}
            options={products.data?.rows.flatMap((product) =>
              product.skus.map((sku) => ({
                value: sku.id,
                label: locale === 'zh' ? `${product.nameZh} ${sku.nameZh}` : `${product.nameEn} ${sku.nameEn}`,
              })),
            )}
          />
        </label>
        <label htmlFor={packsId}>
          <span>{t('preview.packs')}</span>
          <InputNumber
            id={packsId}
            min={1}
            max={999}
            precision={0}
            value={choice.packs}
            onChange={(packs) => state.set({ packs: packs ?? 1 }, { replace: true })}
          />
        </label>
        <label htmlFor={regionId}>
          <span>{t('preview.region')}</span>
          <Select
            id={regionId}
            showSearch={{ optionFilterProp: 'label' }}
            loading={places.isPending}
            value={choice.region}
            onChange={(region: string) => state.set({ region })}
            options={places.data?.map((r) => ({ value: r.code, label: r.name }))}
          />
        </label>
        <label htmlFor={dayId}>
          <span>{t('preview.day')}</span>
          <Input
            id={dayId}
            type="date"
            value={choice.day ?? today()}
            onChange={(event) => state.set({ day: event.target.value || undefined }, { replace: true })}
          />
        </label>
      </div>
      {choice.sku ? (
        <Answer query={query}>
          {(found) => (
            <>
              {found.lines.map((line) => (
                <Part key={line.sku} title={`${line.name} ×${line.packs}`} flush>
                  <dl className="preview-facts">
                    <div>
                      <dt>{t('preview.rule')}</dt>
                      <dd>
                        {line.rule ? (
                          <>
                            <b>{line.rule.name}</b> <span className="mute">{line.rule.basis}</span>
                          </>
                        ) : (
                          t('preview.noRule')
                        )}
                      </dd>
                    </div>
                    <div>
                      <dd className="mute">
                        {t('preview.aid', { n: line.aidPacks })}
                        {line.packsInStock < line.packs ? ` · ${t('preview.short', { n: line.packsInStock })}` : ''}
                      </dd>
                    </div>
                  </dl>
                  <ShortTable
                    caption={line.name}
                    rows={line.parts}
                    rowKey={(p) => p.part}
                    empty={t('settle.none')}
                    columns={[
                      {
                        key: 'part',
                        title: t('order.part'),
                        card: 'title',
                        render: (p) => say(settlementPartWords[p.part]),
                      },
                      { key: 'org', title: t('order.payee'), card: 'wide', render: (p) => p.orgName ?? '—' },
                      { key: 'why', title: t('preview.reason'), card: 'wide', render: (p) => t(whys[p.why]) },
                      {
                        key: 'fen',
                        title: t('ledger.amount'),
                        align: 'right',
                        card: 'corner',
                        render: (p) => <MoneyCell fen={p.fen} tone="strong" />,
                      },
                    ]}
                  />
                </Part>
              ))}
              <Part title={t('preview.sum')} flush>
                <ShortTable
                  caption={t('preview.sum')}
                  rows={[
                    ...found.totals.map(({ part, fen }) => ({ key: part, name: say(settlementPartWords[part]), fen })),
                    ...(found.borneFen > 0 ? [{ key: 'borne', name: t('preview.borne'), fen: -found.borneFen }] : []),
                    { key: 'total', name: t('order.total'), fen: found.totalFen },
                  ]}
                  rowKey={(row) => row.key}
                  empty="—"
                  columns={[
                    {
                      key: 'name',
                      title: t('order.part'),
                      card: 'title',
                      render: (row) => (row.key === 'total' ? <b>{row.name}</b> : row.name),
                    },
                    {
                      key: 'fen',
                      title: t('ledger.amount'),
                      align: 'right',
                      card: 'corner',
                      render: (row) => <MoneyCell fen={row.fen} tone={row.key === 'total' ? 'strong' : undefined} />,
                    },
                  ]}
                />
              </Part>
            </>
          )}
        </Answer>
      ) : (
        <p className="mute">{t('preview.choose')}</p>
      )}
    </>
  );
}
