import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { countdown } from '../lib/countdown.ts';
import { estimateFen, type PriceFacts } from '../lib/estimate.ts';
import { weight, yuan, yuanPerJin } from '../lib/format.ts';

type BuySku = PriceFacts & {
  id: string;
  name: string;
  netGrams: number;
  available: number;
  minPacks: number;
  stepPacks: number;
  /** what one buyer may have; null: no limit */
  buyerPacks: number | null;
  /** of the campaign that runs: its name, what is said of it, and when it ends, ms since 1970 */
  sale: { name: string; was: string; said: string[]; until: string; endsAt: number } | null;
  /** how it is sold, and the campaign that comes */
  notes: string[];
};
type Words = {
  choose: string;
  packs: string;
  less: string;
  moreOne: string;
  add: string;
  buy: string;
  soldOut: string;
  perPack: string;
  perJin: string;
  sold: string;
  left: string;
  ends: string;
  days: string;
};

/**
 * Choose a size and a number, then put in the cart or buy. A plain form without script; with it, the sum follows the
 * choice. Words that need a number hold a # for it.
 */
export default function BuyBox(props: {
  skus: BuySku[];
  chosen: string;
  formKey: string;
  words: Words;
  /** title and chips, between the price and the choice */
  children?: ComponentChildren;
}) {
  const { skus, words } = props;
  const [chosen, choose] = useState(props.chosen);
  const [packs, setPacks] = useState(0);
  const sku = skus.find((s) => s.id === chosen) ?? skus[0];
  if (!sku)
    return (
      <>
        {props.children}
        <p class="card p-4 text-mute">{words.soldOut}</p>
      </>
    );
  const { minPacks: least, stepPacks } = sku;
  const room = Math.min(999, sku.available, sku.buyerPacks ?? 999);
  const most = Math.max(least, least + Math.floor((room - least) / stepPacks) * stepPacks);
  const count = Math.max(least, Math.min(packs, most));
  const step = (by: number) => setPacks(Math.max(least, Math.min(most, count + by * stepPacks)));
  const none = sku.available < least;
  const shown = estimateFen(sku, least) / least;

  return (
    <form method="post" id="buy">
      <input type="hidden" name="key" value={props.formKey} />
      <p class="flex flex-wrap items-baseline gap-x-1.5">
        <span class="tidy text-5 font-bold text-persimmon">
          <span class="text-4">¥</span>
          {yuan(Math.round(shown))}
        </span>
        <span class="text-1 text-mute">
          {words.perPack.replace('#', weight(sku.netGrams))} ·{' '}
          {words.perJin.replace('#', yuanPerJin(shown, sku.netGrams))}
        </span>
        {words.sold && <span class="ml-auto text-1 text-mute">{words.sold}</span>}
      </p>
      {sku.sale && <Sale sale={sku.sale} words={words} />}
      {props.children}
      <fieldset>
        <legend class="mb-2 text-1 font-semibold">{words.choose}</legend>
        <div class="flex flex-wrap gap-2">
          {skus.map((s) => (
            <label
              key={s.id}
              class="relative flex min-h-11 cursor-pointer flex-col justify-center rounded-field bg-card px-3.5 py-1.5 text-1 ring-1 ring-edge ring-inset has-checked:bg-moss has-checked:ring-2 has-checked:ring-pine has-focus-visible:outline-3 has-focus-visible:outline-persimmon has-disabled:cursor-not-allowed has-disabled:text-mute"
            >
              <input
                class="sr-only"
                type="radio"
                name="sku"
                value={s.id}
                checked={s.id === sku.id}
                disabled={s.available < 1}
                onChange={() => choose(s.id)}
              />
              <span class="font-semibold">{s.name}</span>
              <span class="tidy text-0">
                ¥{yuan(estimateFen(s, 1))} · {words.perJin.replace('#', yuanPerJin(estimateFen(s, 1), s.netGrams))}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <div class="mt-4 flex flex-wrap items-center gap-x-4 gap-y-2">
        <label for="packs" class="text-1 font-semibold">
          {words.packs}
        </label>
        <div class="flex items-center">
          <Step label={words.less} sign="−" off={count <= least} press={() => step(-1)} />
          <input
            id="packs"
            name="packs"
            type="number"
            inputMode="numeric"
            min={least}
            max={most}
            step={stepPacks}
            value={count}
            onInput={(e) => setPacks(Math.floor(Number(e.currentTarget.value)) || least)}
            class="tidy min-h-11 w-[3.5rem] rounded-field border border-edge bg-card text-center text-2"
          />
          <Step label={words.moreOne} sign="+" off={count >= most} press={() => step(1)} />
        </div>
        <p class="text-1 text-mute">{none ? words.soldOut : words.left.replace('#', String(sku.available))}</p>
        {sku.notes.length > 0 && <p class="basis-full text-1 text-mute">{sku.notes.join(' · ')}</p>}
      </div>
      <div class="thumb-bar flex flex-wrap gap-3 lg:mt-4">
        <button
          type="submit"
          class="btn btn-quiet flex-[1_1_7rem] px-3 lg:flex-none lg:px-8"
          name="then"
          value="stay"
          disabled={none}
        >
          {words.add}
        </button>
        <button
          type="submit"
          class="btn btn-primary flex-[1.3_1_9rem] px-3 lg:flex-none lg:px-10"
          name="then"
          value="buy"
          disabled={none}
        >
          <span class="tidy whitespace-nowrap">¥{yuan(estimateFen(sku, count))}</span> {words.buy}
        </button>
      </div>
    </form>
  );
}

/** A campaign: its name and list price, how much is left, and the time until it ends, counted down once there is script. */
function Sale({ sale, words }: { sale: NonNullable<BuySku['sale']>; words: Words }) {
  const [now, setNow] = useState<number>();
  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, []);
  const left = now === undefined ? null : countdown(sale.endsAt, now, words.days);
  return (
    <div class="mt-2 mb-3 rounded-field bg-persimmon-tint px-3 py-2 text-1 text-persimmon-deep">
      <p class="flex flex-wrap items-baseline justify-between gap-x-3">
        <b>{sale.name}</b>
        <span class="tidy">{left === null ? sale.until : words.ends.replace('#', left)}</span>
      </p>
      <p class="tidy">{[sale.was, ...sale.said].join(' · ')}</p>
    </div>
  );
}

/** Without script these buttons do nothing, so they only show once there is one. */
function Step(props: { label: string; sign: string; off: boolean; press: () => void }) {
  return (
    <button
      type="button"
      aria-label={props.label}
      disabled={props.off}
      onClick={props.press}
      class="needs-script size-11 rounded-full text-3 text-pine disabled:text-mute/60"
    >
      {props.sign}
    </button>
  );
}
