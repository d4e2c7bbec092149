import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useEffect, useMemo } from 'react';
import { useNavigate } from 'react-router';
import type { certificateBases } from '#trace/contract';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { count, readWeight, weight, weightNumber } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { Answer, EmptyState } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { BasisChecks } from './BasisChecks.tsx';
import { closingOf, mostPacks } from './closing.ts';

const raw = (county: number) =>
  ask('trace', 'lots', { params: { county }, query: { kind: 'raw', onHand: true, size: 200 } });
const products = (county: number) => ask('catalog', 'catalogProducts', { params: { county }, query: { size: 200 } });

export const loader = ahead((county) => [raw(county), products(county)]);

type Values = {
  lots: string[];
  kilograms: Record<string, string>;
  sku: string;
  packs: number;
  place: string;
  note?: string;
  basis: (typeof certificateBases)[number][];
};

/** Grades and packs certified lots into packs of one SKU; the grams close before anything is sent. */
export function Component() {
  const { t, locale } = useWords();
  const { county, memberships } = useCounty();
  const state = useUrlState();
  const navigate = useNavigate();
  const lots = useQuery(raw(county));
  const goods = useQuery(products(county));
  const [form] = Form.useForm<Values>();
  const chosen = Form.useWatch('lots', form) ?? [];
  const kilograms = Form.useWatch('kilograms', form) ?? {};
  const skuId = Form.useWatch('sku', form);
  const packs = Form.useWatch('packs', form) ?? 0;

  const ready = useMemo(
    () => (lots.data?.rows ?? []).filter((lot) => lot.certificate && lot.state !== 'recalled'),
    [lots.data],
  );
  const picked = ready.filter((lot) => chosen.includes(lot.id));
  const crop = picked[0]?.crop;
  const org = picked[0]?.org;
  const skus = (goods.data?.rows ?? [])
    .filter((p) => (!crop || p.crop === crop) && (!org || p.org === org))
    .flatMap((p) => p.skus.map((sku) => ({ ...sku, product: p })));
  const sku = skus.find((s) => s.id === skuId);
  const grams = picked.map((lot) => readWeight(kilograms[lot.id] ?? '', 'kg'));
  const closing = closingOf(grams, packs, sku?.netGrams ?? 0);
  const asked = state.get('lot');

  // Each picked lot goes in whole unless someone says less.
  useEffect(() => {
    for (const lot of picked) {
      if (form.getFieldValue(['kilograms', lot.id]) === undefined) {
        form.setFieldValue(['kilograms', lot.id], weightNumber(lot.gramsOnHand, 'kg').replaceAll(',', ''));
      }
    }
  }, [picked, form]);

  const act = useAct(api.trace.pack, {
    onDone: (made) => void navigate(paths.lot(county, made.lot.id), { replace: true }),
  });
  const submit = (values: Values) =>
    act.run({
      params: { county },
      body: {
        sku: values.sku,
        inputs: picked.map((lot, i) => ({ lot: lot.id, grams: grams[i] ?? 0 })),
        packs: values.packs,
        lossGrams: closing.lossGrams,
        place: values.place.trim(),
        ...(values.note?.trim() ? { note: values.note.trim() } : {}),
        basis: values.basis,
      },
    });

  return (
    <>
      <PageHeader
        title={t('lot.pack')}
        about={t('pack.about')}
        back={{ to: paths.lots(county), label: t('menu.lots') }}
      />
      <Answer query={lots}>
        {() =>
          ready.length === 0 ? (
            <EmptyState title={t('pack.nothing')}>{t('pack.nothingWords')}</EmptyState>
          ) : (
            <Form<Values>
              form={form}
              layout="vertical"
              className="pack-form"
              initialValues={{
                lots: asked && ready.some((lot) => lot.id === asked) ? [asked] : [],
                kilograms: {},
                basis: ['quality_control'],
                place:
                  memberships.find((m) => m.role === 'merchant' || m.role === 'operator')?.orgName ??
                  memberships[0]?.orgName,
              }}
              onFinish={submit}
              scrollToFirstError={{ block: 'center', focus: true }}
            >
              <div className="columns">
                <div className="stack">
                  <Part title={t('pack.from')}>
                    <Form.Item
                      name="lots"
                      label={t('pack.lots')}
                      rules={[{ required: true, message: t('pack.lotsNeeded') }]}
                    >
                      <Select
                        mode="multiple"
                        showSearch={{ optionFilterProp: 'label' }}
                        options={ready.map((lot) => ({
                          value: lot.id,
                          label: `${lot.number} ${lot.cropName} ${lot.grade} · ${weight(lot.gramsOnHand, locale)}`,
                          disabled: Boolean(picked.length && (lot.crop !== crop || lot.org !== org)),
                        }))}
                      />
                    </Form.Item>
                    {picked.map((lot) => (
                      <Form.Item
                        key={lot.id}
                        name={['kilograms', lot.id]}
                        label={t('pack.takeFrom', { number: lot.number, left: weight(lot.gramsOnHand, locale) })}
                        rules={[
                          {
                            validator: (_, text: string | undefined) => {
                              const wanted = readWeight(text ?? '', 'kg');
                              if (!wanted) return Promise.reject(new Error(t('pack.gramsNeeded')));
                              return wanted <= lot.gramsOnHand
                                ? Promise.resolve()
                                : Promise.reject(
                                    new Error(t('pack.tooMuch', { left: weight(lot.gramsOnHand, locale) })),
                                  );
                            },
                          },
                        ]}
                      >
                        <Input inputMode="decimal" suffix={locale === 'zh' ? '公斤' : 'kg'} autoComplete="off" />
                      </Form.Item>
                    ))}
                  </Part>
                  <Part title={t('pack.into')}>
                    <Form.Item
                      name="sku"
                      label={t('pack.sku')}
                      extra={crop && skus.length === 0 && goods.data ? t('pack.noSku') : undefined}
                      rules={[{ required: true, message: t('pack.skuNeeded') }]}
                    >
                      <Select
                        showSearch={{ optionFilterProp: 'label' }}
                        loading={goods.isPending}
                        options={skus.map((s) => ({
                          value: s.id,
                          label: `${s.product.nameZh} ${s.nameZh} · ${weight(s.netGrams, locale)} · ${s.grade}`,
                        }))}
                      />
                    </Form.Item>
                    <div className="form-row">
                      <Form.Item
                        name="packs"
                        label={t('pack.packs')}
                        extra={
                          sku && closing.inGrams
                            ? t('pack.most', { n: count(mostPacks(closing.inGrams, sku.netGrams)) })
                            : undefined
                        }
                        rules={[{ required: true, message: t('pack.packsNeeded') }]}
                      >
                        <InputNumber min={1} max={1_000_000} precision={0} inputMode="numeric" />
                      </Form.Item>
                      <Form.Item
                        name="place"
                        label={t('pack.place')}
                        rules={[{ required: true, whitespace: true, message: t('field.required') }]}
                      >
                        <Input maxLength={60} />
                      </Form.Item>
                    </div>
                    <Form.Item
                      name="basis"
                      label={t('certificate.basis')}
                      extra={t('pack.newCertificate')}
                      rules={[{ type: 'array', min: 1, message: t('certificate.basisNeeded') }]}
                    >
                      <BasisChecks label={t('certificate.basis')} />
                    </Form.Item>
                    <Form.Item name="note" label={t('pack.note')}>
                      <Input maxLength={200} />
                    </Form.Item>
                  </Part>
                </div>
                <div className="stack pack-side">
                  <Part title={t('pack.closing')} question={t('pack.closingWords')}>
                    <ClosingPicture
                      inGrams={closing.inGrams}
                      outGrams={closing.outGrams}
                      lossGrams={closing.lossGrams}
                    />
                    <dl className="closing">
                      <div>
                        <dt>{t('pack.in')}</dt>
                        <dd className="num">{weight(closing.inGrams, locale)}</dd>
                      </div>
                      <div>
                        <dt>
                          = {t('pack.out')}
                          {sku && packs ? (
                            <small className="mute num"> {`${count(packs)} × ${weight(sku.netGrams, locale)}`}</small>
                          ) : null}
                        </dt>
                        <dd className="num">{weight(closing.outGrams, locale)}</dd>
                      </div>
                      <div className={closing.lossGrams < 0 ? 'bad' : undefined}>
                        <dt>+ {t('pack.loss')}</dt>
                        <dd className="num">
                          {weight(closing.lossGrams, locale)}
                          {closing.closed ? (
                            <small className="mute"> {(closing.lossPermille / 10).toFixed(1)}%</small>
                          ) : null}
                        </dd>
                      </div>
                    </dl>
                    {closing.lossGrams < 0 && closing.inGrams > 0 ? <p className="bad">{t('pack.overfull')}</p> : null}
                    {closing.closed && closing.lossPermille > 200 ? <p className="warn">{t('pack.bigLoss')}</p> : null}
                    <FormProblem error={act.error} form={form} />
                    <Button
                      type="primary"
                      size="large"
                      block
                      htmlType="submit"
                      loading={act.busy}
                      disabled={!closing.closed}
                    >
                      {t('pack.go')}
                    </Button>
                  </Part>
                </div>
              </div>
            </Form>
          )
        }
      </Answer>
    </>
  );
}

function ClosingPicture({ inGrams, outGrams, lossGrams }: { inGrams: number; outGrams: number; lossGrams: number }) {
  if (inGrams <= 0) return <div className="closing-bar" aria-hidden="true" />;
  return (
    <div className={lossGrams < 0 ? 'closing-bar over' : 'closing-bar'} aria-hidden="true">
      <span className="closing-out" style={{ flexGrow: Math.min(outGrams, inGrams) }} />
      <span className="closing-loss" style={{ flexGrow: Math.max(0, lossGrams) }} />
    </div>
  );
}
