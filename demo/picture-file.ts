import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A picture of the demo, as a phone would send it. */
export async function pictureFile(name: string): Promise<Blob> {
  const path = fileURLToPath(new URL(`./pictures/${name}.webp`, import.meta.url));
  return new Blob([await readFile(path)], { type: 'image/webp' });
}
