import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';

/** What the visitor sits at or holds. */
export type Device = 'phone' | 'desk';
const devices = {
  phone: {
    viewport: { width: 390, height: 844 },
    screen: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  },
  desk: { viewport: { width: 1440, height: 900 } },
} as const;
const NARROW = 360;
const SOON_MS = 3_000;
/** Loading a page of the console on a busy machine: several files of script, some answers. */
const PATIENCE_MS = 30_000;

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

/**
 * Somebody with a browser of their own. Whatever goes wrong on the pages they pass, without stopping them, is kept in
 * `faults`: errors on the console, requests that fail or are refused, violations of WCAG A and AA, sideways scrolling.
 */
export class Visitor {
  readonly faults: string[] = [];
  readonly context: BrowserContext;
  readonly page: Page;
  private readonly url: string;
  private readonly name: string;

  private constructor(context: BrowserContext, page: Page, url: string, name: string) {
    this.context = context;
    this.page = page;
    this.url = url;
    this.name = name;
    this.watch();
  }

  static async open(browser: Browser, url: string, name: string, device: Device): Promise<Visitor> {
    const context = await browser.newContext({
      ...devices[device],
      baseURL: url,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    return new Visitor(context, await context.newPage(), url, name);
  }

  /** Opens a path of the house. */
  async open(path: string): Promise<void> {
    await this.page.goto(path);
  }

  /** Looks the page over as it stands: axe, and the narrowest phone, a page of the shop also with letters twice as large. */
  async look(where: string): Promise<void> {
    const size = this.page.viewportSize() ?? devices.desk.viewport;
    await this.page.evaluate(settled);
    // As tall as it is: at any scroll position a bar at the foot of the window would hide half of some link. What comes
    // to lie under the pointer by that begins to change its colour.
    await this.page.setViewportSize({ ...size, height: await this.page.evaluate(fullHeight) });
    await this.page.evaluate(settled);
    if (!(await this.page.evaluate(() => 'axe' in window))) await this.page.evaluate(axe.source);
    const found = await this.page.evaluate(violations, LEVELS);
    for (const { rule, help, nodes } of found) this.fault(`${where}: ${rule} (${help}): ${nodes.join(' | ')}`);

    await this.page.setViewportSize({ ...size, width: NARROW });
    for (const type of this.here().startsWith('/console') ? ['100%'] : ['100%', '200%']) {
      await this.page.evaluate(setType, type);
      // A chart takes its new size a moment after the page has.
      const fits = this.page.waitForFunction(narrowEnough, NARROW, { timeout: SOON_MS });
      const wide = await fits.then(
        () => [],
        () => this.page.evaluate(standingOut, NARROW),
      );
      if (wide.length > 0)
        this.fault(`${where}: scrolls sideways at ${NARROW} px and ${type} because of ${wide.join(' | ')}`);
    }
    await this.page.evaluate(setType, '');
    await this.page.setViewportSize(size);
  }

  /** Loads the page again until it says so: what follows an act by an event comes a moment later. */
  async reloadUntil(words: string): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; ; ) {
      if (await this.page.getByText(words).first().isVisible()) return;
      if (Date.now() > end) throw new Error(`${this.here()} never said ${words}`);
      await sleep(300);
      await this.page.reload();
    }
  }

  /** What their browser gets from the API, past every screen. */
  async ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const headers = { origin: this.url, 'idempotency-key': randomUUID() };
    const answer = await this.context.request.fetch(path, { method, headers, data: body });
    return { status: answer.status(), body: await answer.json() };
  }

  /** Keeps a picture of the page for whoever looks for what went wrong. */
  async keepPicture(folder: string): Promise<void> {
    await this.page.screenshot({ path: join(folder, `${this.name}.png`) });
  }

  private fault(text: string): void {
    this.faults.push(`${this.name}, ${text}`);
  }

  private watch(): void {
    const { page } = this;
    page.on('pageerror', (error) => this.fault(`${this.here()}: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      this.fault(`${this.here()}: console: ${message.text()} (${message.location().url})`);
    });
    page.on('requestfailed', (request) => {
      // Leaving a page ends what it was still asking for; that is no failure.
      if (request.failure()?.errorText === 'net::ERR_ABORTED') return;
      this.fault(`${this.here()}: ${told(request)} failed: ${request.failure()?.errorText}`);
    });
    page.on('response', (response) => {
      if (response.status() < 400) return;
      this.fault(`${this.here()}: ${told(response.request())} answered ${response.status()}`);
    });
  }

  private here(): string {
    return this.page.url().replace(this.url, '');
  }
}

const told = (request: Request) => `${request.method()} ${request.url()}`;

type Violation = { rule: string; help: string; nodes: string[] };

// What follows runs in the page.

/** Colours are judged at rest: a sheet that is still sliding in has none of its own. */
async function settled(): Promise<void> {
  await document.fonts.ready;
  // What the last change of the page sets in motion begins with its next picture.
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const moving = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
  await Promise.allSettled(moving.map((one) => one.finished));
}

async function violations(levels: string[]): Promise<Violation[]> {
  const { axe: judge } = window as unknown as { axe: typeof axe };
  const found = await judge.run(document, { runOnly: { type: 'tag', values: levels }, resultTypes: ['violations'] });
  return found.violations.map(({ id, help, nodes }) => ({
    rule: id,
    help,
    nodes: nodes.slice(0, 4).map((node) => `${node.target.join(' ')} ${node.failureSummary?.replace(/\s+/g, ' ')}`),
  }));
}

const fullHeight = () => Math.max(document.documentElement.scrollHeight, window.innerHeight);

const setType = (size: string) => {
  document.documentElement.style.fontSize = size;
};

const narrowEnough = (width: number) => document.documentElement.scrollWidth <= width;

/** @returns the elements that make the page wider than it should be, outermost first */
function standingOut(width: number): string[] {
  const out = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > width + 1);
  return out.slice(0, 4).map((one) => `<${one.tagName.toLowerCase()} class="${one.getAttribute('class') ?? ''}">`);
}
