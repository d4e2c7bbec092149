import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { weight, yuan, yuanPerJin } from '../lib/format.ts';

type BuySku = { id: string; name: string; priceFen: number; netGrams: number; available: number };
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
  const [packs, setPacks] = useState(1);
  const sku = skus.find((s) => s.id === chosen) ?? skus[0];
  if (!sku)
    return (
      <>
        {props.children}
        <p class="card p-4 text-mute">{words.soldOut}</p>
      </>
    );
  const most = Math.min(999, Math.max(1, sku.available));
  const count = Math.min(packs, most);
  const step = (by: number) => setPacks(Math.max(1, Math.min(most, count + by)));
  const none = sku.available < 1;

  return (
    <form method="post" id="buy">
      <input type="hidden" name="key" value={props.formKey} />
      <p class="flex flex-wrap items-baseline gap-x-1.5">
        <span class="tidy text-5 font-bold text-persimmon">
          <span class="text-4">¥</span>
          {yuan(sku.priceFen)}
        </span>
        <span class="text-1 text-mute">
          {words.perPack.replace('#', weight(sku.netGrams))} ·{' '}
          {words.perJin.replace('#', yuanPerJin(sku.priceFen, sku.netGrams))}
        </span>
        {words.sold && <span class="ml-auto text-1 text-mute">{words.sold}</span>}
      </p>
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
                ¥{yuan(s.priceFen)} · {words.perJin.replace('#', yuanPerJin(s.priceFen, s.netGrams))}
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
          <Step label={words.less} sign="−" off={count <= 1} press={() => step(-1)} />
          <input
            id="packs"
            name="packs"
            type="number"
            inputMode="numeric"
            min={1}
            max={most}
            value={count}
            onInput={(e) => setPacks(Math.max(1, Math.floor(Number(e.currentTarget.value)) || 1))}
            class="tidy h-11 w-14 rounded-field border border-edge bg-card text-center text-2"
          />
          <Step label={words.moreOne} sign="+" off={count >= most} press={() => step(1)} />
        </div>
        <p class="text-1 text-mute">{none ? words.soldOut : words.left.replace('#', String(sku.available))}</p>
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
          <span class="tidy whitespace-nowrap">¥{yuan(sku.priceFen * count)}</span> {words.buy}
        </button>
      </div>
    </form>
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
