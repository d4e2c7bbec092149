/**
 * The service worker of the console: the files of the screens that work without a signal, and nothing else. Answers of
 * the API are never kept here: what a device carries of people is sealed in its own store (src/offline). Built by
 * shell-plugin.ts, which puts the list of files and a name made from them in place.
 */
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Lasting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
/** As much of the worker's world as is used here: its types and those of a page do not live in one program. */
declare const self: {
  addEventListener(type: 'install' | 'activate', act: (event: Lasting) => void): void;
  addEventListener(type: 'fetch', act: (event: Asked) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
};
/** Put in front by shell-plugin.ts. */
declare const SHELL: { name: string; files: string[] };

const PAGE = '/console/';
/** A signal that takes longer than this to bring the page is none. */
const PATIENCE_MS = 3_000;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const shell = await caches.open(SHELL.name);
      await shell.addAll(SHELL.files.map((file) => new Request(file, { cache: 'reload' })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== SHELL.name) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || !url.pathname.startsWith(PAGE)) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (SHELL.files.includes(url.pathname)) event.respondWith(file(request));
});

/** The newest page while there is a signal, for it names the newest files; the one that was kept otherwise. */
async function page(request: Request): Promise<Response> {
  const kept = await caches.match(PAGE);
  if (!kept) return fetch(request);
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  const fresh = fetch(request).then(
    (answer) => (answer.ok || answer.redirected ? answer : kept),
    () => kept,
  );
  return Promise.race([fresh, late]);
}

/** Names of files are made from their content: what was kept is right for ever. */
async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}

export {};
