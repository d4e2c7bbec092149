import type { LabelContent } from './label-layout.ts';

/** What the label of a pack says of its lot. */
export interface LabelledLot {
  number: string;
  productName: string | null;
  skuName: string | null;
  cropName: string;
  grade: string;
  packGrams: number | null;
  villageName: string;
  madeOn: string;
  expiresOn: string;
  orgName: string;
}

const net = (grams: number) => (grams < 1000 ? `${grams} 克` : `${Number((grams / 1000).toFixed(3))} 公斤`);

/** The words on one pack. Labels of food are a Chinese paper whatever language the screen speaks. */
export const packLabel = (lot: LabelledLot, serial: string): LabelContent => ({
  title: `${lot.productName ?? lot.cropName} ${lot.skuName ?? ''}`.trim(),
  lines: [
    `净含量：${net(lot.packGrams ?? 0)} · ${lot.grade}`,
    `产地：${lot.villageName}`,
    `批次：${lot.number}`,
    `装袋：${lot.madeOn}`,
    `保质期至：${lot.expiresOn}`,
    lot.orgName,
  ],
  caption: serial,
});
