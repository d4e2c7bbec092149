// For the page about having no network; see sw.js. Without it the browser shows its own.
navigator.serviceWorker?.register('/sw.js').catch(() => undefined);
