import { type ReactNode, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';

/**
 * Prints its children on paper of a given size and nothing else of the screen.
 * `const [print, printing] = usePrint('60mm 40mm')`, `print()` on a press, `printing(<Label …/>)` in the page.
 */
export function usePrint(page: string): [() => void, (sheets: ReactNode) => ReactNode] {
  const [on, setOn] = useState(false);
  useEffect(() => {
    if (!on) return;
    const style = document.createElement('style');
    style.textContent = `@page { size: ${page}; margin: 0 }`;
    document.head.append(style);
    document.body.classList.add('printing');
    const done = () => setOn(false);
    addEventListener('afterprint', done);
    let gone = false;
    // The sheets must have been painted, codes from the server included, before the browser takes its picture.
    const drawn = [...document.querySelectorAll<HTMLImageElement>('#print img')].map((img) =>
      img.decode().catch(() => {}),
    );
    void Promise.all(drawn).then(() => requestAnimationFrame(() => !gone && window.print()));
    return () => {
      gone = true;
      removeEventListener('afterprint', done);
      document.body.classList.remove('printing');
      style.remove();
    };
  }, [on, page]);
  return [() => setOn(true), (sheets) => (on ? createPortal(<div id="print">{sheets}</div>, document.body) : null)];
}
