import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { BrowserHouse } from './house.ts';
import type { Visitor } from './visitor.ts';

/** All script that a page sends to who comes for the first time, in files and within the page, gzipped, in bytes. */
export async function scriptBytes(house: BrowserHouse, path: string): Promise<number> {
  const context = await house.browser.newContext({ baseURL: house.url, locale: 'zh-CN', serviceWorkers: 'block' });
  const page = await context.newPage();
  const scripts: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script')
      scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto(path, { waitUntil: 'networkidle' });
  const files = await Promise.all(scripts);
  const inline = await page.locator('script:not([src])').allTextContents();
  await context.close();
  return files.reduce((sum, bytes) => sum + bytes, gzipSync(inline.join('\n')).length);
}

/** The trace page of every lot that a village has on sale. @returns path and HTML */
export async function lotPages(house: BrowserHouse, lang: string): Promise<[path: string, html: string][]> {
  const read = async (path: string) => (await fetch(house.url + path, { headers: { 'accept-language': lang } })).text();
  const linked = (html: string, to: RegExp) => [...new Set(Array.from(html.matchAll(to), ([, path]) => path ?? ''))];
  const pages = new Map<string, string>();
  for (const village of linked(await read('/villages'), /href="(\/village\/\d+)"/g)) {
    for (const lot of linked(await read(village), /href="(\/01\/[^"]+)"/g)) pages.set(lot, await read(lot));
  }
  assert.ok(pages.size > 20, `${pages.size} lots found`);
  return [...pages];
}

/** The page's words are there with script turned off: its title, where it is from, and what of the price is the farm's. */
export async function readWithoutScript(house: BrowserHouse, path: string): Promise<void> {
  const context = await house.browser.newContext({ baseURL: house.url, locale: 'zh-CN', javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(path);
  for (const part of [
    page.getByRole('heading', { level: 1 }),
    page.getByText(/农户到手/).first(),
    page.getByText(/新村/).first(),
  ]) {
    assert.ok(await part.isVisible(), path);
  }
  await context.close();
}

/** Opens and looks over each page and asks for whatever it links to. @returns what answered 400 or above, and where it stood */
export async function deadLinks(visitor: Visitor, paths: readonly string[]): Promise<string[]> {
  const { page, context } = visitor;
  const from = new Map<string, string>();
  for (const path of paths) {
    await visitor.open(path);
    await visitor.look(path);
    const links = await page.locator('a[href]').evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
    for (const link of links) {
      const { origin, pathname, search } = new URL(link);
      if (origin === new URL(page.url()).origin && !from.has(pathname + search)) from.set(pathname + search, path);
    }
  }
  const dead: string[] = [];
  const left = [...from];
  const follow = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      const answer = await context.request.get(next[0]);
      if (answer.status() >= 400) dead.push(`${next[0]} (on ${next[1]}): ${answer.status()}`);
      await answer.dispose();
    }
  };
  await Promise.all(Array.from({ length: 4 }, follow));
  return dead.sort();
}
