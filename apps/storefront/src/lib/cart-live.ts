/** So long after the last press on plus or minus its number is sent: several presses are one question. */
const AFTER_MS = 350;

/**
 * With script the cart is worked out in place: a changed number is sent at once, presses in a row together, and only the
 * cart is replaced by what comes back, in one round trip. Where that fails the old numbers stand again, and it is said.
 */
export function liveCart(area: HTMLElement): void {
  let timer: number | undefined;
  let asked = 0;
  const status = area.querySelector<HTMLElement>('[data-status]');
  const said = area.querySelector<HTMLElement>('[data-said]');

  async function send(form: HTMLFormElement, packs: string): Promise<void> {
    stop();
    const mine = ++asked;
    const body = new URLSearchParams({ to: packs, here: '1' });
    for (const { name, value } of form.querySelectorAll<HTMLInputElement>('input[type=hidden]')) body.set(name, value);
    area.setAttribute('aria-busy', 'true');
    say(area.dataset.updating);
    try {
      const answer = await fetch(location.href, { method: 'POST', body });
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#cart');
      if (!next && answer.status >= 500) throw new Error(`HTTP ${answer.status}`);
      // Signed out meanwhile, or a page that is not the cart: the browser shows what there is.
      if (!next) return location.reload();
      // An answer that a later question, or a press since, has overtaken would show old numbers.
      if (mine === asked && timer === undefined) replace(next);
    } catch {
      if (mine !== asked || timer !== undefined) return;
      for (const field of area.querySelectorAll<HTMLInputElement>('input[name=packs]'))
        field.value = field.defaultValue;
      area.removeAttribute('aria-busy');
      say(area.dataset.failed);
    }
  }

  function replace(next: Element): void {
    const label = document.activeElement?.getAttribute('aria-label');
    const kept = [status, said].filter((one) => one !== null);
    area.replaceChildren(...[...next.children].filter((child) => child.getAttribute('role') !== 'status'), ...kept);
    area.removeAttribute('aria-busy');
    say('');
    if (said) said.textContent = area.querySelector('[data-total]')?.textContent ?? '';
    // Where it was; a button that cannot be pressed any more leaves its place to the number beside it.
    const again = [...area.querySelectorAll<HTMLElement>('[aria-label]')].find(
      (one) => label && one.getAttribute('aria-label') === label,
    );
    if (!again) return;
    if (again.matches(':disabled')) again.parentElement?.querySelector('input')?.focus({ preventScroll: true });
    else again.focus({ preventScroll: true });
  }

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function say(words: string | undefined): void {
    if (status) status.textContent = words ?? '';
  }

  area.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === 'packs' && target.form)
      void send(target.form, target.value);
  });
  area.addEventListener('submit', (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    event.preventDefault();
    const form = event.target;
    const field = form.elements.namedItem('packs');
    const { submitter } = event;
    const step = submitter instanceof HTMLButtonElement ? submitter.dataset.step : undefined;
    if (step === undefined || !(field instanceof HTMLInputElement)) {
      const to = submitter instanceof HTMLButtonElement && submitter.name === 'to' ? submitter.value : undefined;
      return void send(form, to ?? (field instanceof HTMLInputElement ? field.value : '0'));
    }
    const packs = Math.min(Number(field.max), Number(field.value) + Number(step));
    if (packs < 1) return void send(form, '0');
    field.value = String(packs);
    stop();
    timer = window.setTimeout(() => void send(form, field.value), AFTER_MS);
  });
}
