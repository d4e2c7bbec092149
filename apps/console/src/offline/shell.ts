/** The console's shell without a signal: a service worker of our own (sw.ts) keeps the files of the station screens. */

let asked = false;

/** Keeps the shell on this browser from now on; only on devices that were set up, for it costs them a megabyte. */
export function registerShell(): void {
  if (asked || !('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  asked = true;
  void navigator.serviceWorker.register('/console/sw.js', { scope: '/console/' }).catch(() => {
    // Over plain HTTP or in a private window there is none: the device works as long as its page stays open.
    asked = false;
  });
}
