/**
 * Takes the pictures of the README from a house with the demo in it: `node tools/readme-pictures.ts`. Talks to the
 * server at SHANHUO_URL, or starts one for as long as it takes.
 */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { projectFolder } from '#platform/config.ts';
import { signInAtConsole } from '../test/browser/console.ts';
import { Visitor } from '../test/browser/visitor.ts';
import { startServer } from '../test/server.ts';
import { launchBrowser } from './browser.ts';

const COUNTY = 621221;
const FOLDER = join(projectFolder, 'docs/pictures');
const MOST_BYTES = 120_000;

const data = await mkdtemp(join(tmpdir(), 'shanhuo-pictures-'));
// The user postgres must be able to pass.
await chmod(data, 0o711);
const server = process.env.SHANHUO_URL ? undefined : await startServer({ SHANHUO_DATA: data, SHANHUO_DEMO: 'true' });
const url = process.env.SHANHUO_URL ?? server?.url ?? '';
const browser = await launchBrowser();
try {
  await mkdir(FOLDER, { recursive: true });
  const buyer = await Visitor.open(browser, url, 'a buyer', 'phone');
  await buyer.open(`/county/${COUNTY}`);
  // On a new house the shares follow the demo's orders by events, a moment after the start.
  await buyer.reloadUntil('每百元到农户手里');
  await keep(buyer, 'shop');

  const operator = await Visitor.open(browser, url, 'the operator', 'desk');
  await signInAtConsole(operator, 'chengxian');
  await operator.page.locator('.chart canvas, .chart svg').first().waitFor();
  await keep(operator, 'console');

  await buyer.open(await codeOfReceivedPack(operator));
  await keep(buyer, 'trace');
} finally {
  await browser.close();
  await server?.stop();
  await rm(data, { recursive: true, force: true });
}

/** A pack that has gone its whole way. @returns the path its code leads to */
async function codeOfReceivedPack(operator: Visitor): Promise<string> {
  const parcels = `/api/counties/${COUNTY}/parcels?state=received&size=1`;
  const { rows } = (await operator.ask('GET', parcels)).body as { rows: { order: string }[] };
  const order = `/api/counties/${COUNTY}/orders/${rows[0]?.order}/parcels`;
  const [parcel] = (await operator.ask('GET', order)).body as { codes: { path: string }[] }[];
  const path = parcel?.codes[0]?.path;
  if (!path) throw new Error('no parcel of the demo has been received');
  return path;
}

/** Writes what is in the window, as good as fits. */
async function keep({ page }: Visitor, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  const shot = await page.screenshot({ animations: 'disabled' });
  for (let quality = 86; ; quality -= 4) {
    const picture = await sharp(shot).webp({ quality, effort: 6 }).toBuffer();
    if (picture.length > MOST_BYTES && quality > 40) continue;
    await writeFile(join(FOLDER, `${name}.webp`), picture);
    console.log(`${name}.webp ${Math.round(picture.length / 1000)} kB at quality ${quality}`);
    return;
  }
}
