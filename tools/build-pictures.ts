// node tools/build-pictures.ts [name …]   draws the produce (all of it, or the named ones) and writes
//   demo/pictures/<name>.webp             on rice ground with a soft shadow, as a product's photo
//   apps/shared/pictures/<name>.webp      cut out on nothing, for category tiles and the head of a page
//
// Not part of any start: the results are committed.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { render } from './pictures/march.ts';
import { produce } from './pictures/produce.ts';

const DRAWN = 720;
const PHOTO = 960;
const CUT = 480;
const RICE = '#f3ecdf';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const photos = folder('../demo/pictures/');
const cutOuts = folder('../apps/shared/pictures/');
mkdirSync(photos, { recursive: true });
mkdirSync(cutOuts, { recursive: true });

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(produce)) {
  const parts = produce[name];
  if (!parts) throw new Error(`nothing is called ${name}`);
  const { pixels, size } = render(parts(), DRAWN);
  const object = await sharp(pixels, { raw: { width: size, height: size, channels: 4 } })
    .trim({ background: '#00000000', threshold: 1 })
    .png()
    .toBuffer();
  await onRice(object, `${photos}${name}.webp`);
  await sharp(object)
    .resize(CUT - 8, CUT - 8, { fit: 'contain', background: '#00000000' })
    .extend({ top: 4, bottom: 4, left: 4, right: 4, background: '#00000000' })
    .webp({ quality: 84, alphaQuality: 90, effort: 6 })
    .toFile(`${cutOuts}${name}.webp`);
  console.log(name);
}

/** The object alone on rice, a little above the middle, its outline as a wide and a close shadow below it. */
async function onRice(object: Buffer, file: string): Promise<void> {
  const inner = Math.round(PHOTO * 0.66);
  const fitted = await sharp(object).resize(inner, inner, { fit: 'inside' }).png().toBuffer();
  const { width = inner, height = inner } = await sharp(fitted).metadata();
  const left = Math.round((PHOTO - width) / 2);
  const top = Math.round((PHOTO - height) / 2 - PHOTO * 0.012);
  const shadow = async (color: string, opacity: number, blur: number, down: number) => {
    const moved = await sharp({ create: { width: PHOTO, height: PHOTO, channels: 4, background: '#00000000' } })
      .composite([{ input: fitted, left, top: top + down }])
      .raw()
      .toBuffer();
    const outline = Buffer.from(Uint8Array.from({ length: PHOTO * PHOTO }, (_, i) => moved[i * 4 + 3] ?? 0));
    const alpha = await sharp(outline, { raw: { width: PHOTO, height: PHOTO, channels: 1 } })
      .blur(blur)
      .linear(opacity, 0)
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const input = await sharp({ create: { width: PHOTO, height: PHOTO, channels: 3, background: color } })
      .joinChannel(alpha)
      .png()
      .toBuffer();
    return { input, left: 0, top: 0 };
  };
  await sharp({ create: { width: PHOTO, height: PHOTO, channels: 3, background: RICE } })
    .composite([
      await shadow('#7a5a34', 0.42, 44, 52),
      await shadow('#5a3d22', 0.2, 12, 12),
      { input: fitted, left, top },
    ])
    .webp({ quality: 80, effort: 6, smartSubsample: true })
    .toFile(file);
}
