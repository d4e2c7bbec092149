import bwip from 'bwip-js/node';
import { LRUCache } from 'lru-cache';

// Drawing takes a few milliseconds and a code never changes; a label sheet or a shared page asks for it again.
const drawn = new LRUCache<string, string>({ max: 2_000 });

/**
 * An address as a QR code, SVG. Plain QR on purpose: a phone's camera and the chat apps open the address in it, and it
 * is at the same time the GS1 Digital Link, which is only a way to write an address. The library's correction level M
 * survives a scuffed pack and keeps the modules large.
 */
export function qrSvg(address: string): string {
  let svg = drawn.get(address);
  if (!svg) {
    // Eight of the library's units are the four modules of quiet zone that the standard asks for.
    svg = bwip.toSVG({ bcid: 'qrcode', text: address, padding: 8 });
    drawn.set(address, svg);
  }
  return svg;
}
