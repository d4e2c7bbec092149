// Only for visitors without a network: instead of the browser's own error they get the shop's page about it.
// Nothing else is kept or answered from here.
const store = 'offline-1';

self.addEventListener('install', (event) => {
  event.waitUntil(keepOfflinePage().then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (event.request.mode === 'navigate' && event.request.method === 'GET')
    event.respondWith(fetch(event.request).catch(() => caches.match('/offline')));
  else if (event.request.destination === 'style')
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
});

async function keepOfflinePage() {
  const page = await fetch('/offline');
  const sheets = [...(await page.clone().text()).matchAll(/href="(\/_a\/[^"]+\.css)"/g)].map((found) => found[1]);
  const cache = await caches.open(store);
  await Promise.all([cache.put('/offline', page), cache.addAll(sheets)]);
}
