import qrcode from 'qrcode';

/** The standard's quiet zone around a QR code, in modules. */
const QUIET = 4;

/**
 * A QR code as one SVG path of dark modules, one unit each, and how many there are on a side. Plain QR on purpose: a
 * phone's camera and the chat apps open the address in it, and it is at the same time the GS1 Digital Link, which is
 * only a way to write an address. Correction level M survives a scuffed pack and keeps the modules large.
 */
export function qrPath(address: string): { path: string; side: number } {
  const { modules } = qrcode.create(address, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      if (!modules.get(y, x)) continue;
      let wide = 1;
      while (x + wide < modules.size && modules.get(y, x + wide)) wide++;
      path += `M${x} ${y}h${wide}v1h-${wide}z`;
      x += wide;
    }
  }
  return { path, side: modules.size };
}

/** A QR code as an SVG picture with its quiet zone. */
export function qrSvg(address: string): string {
  const { path, side } = qrPath(address);
  const whole = side + 2 * QUIET;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-QUIET} ${-QUIET} ${whole} ${whole}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M${-QUIET} ${-QUIET}h${whole}v${whole}h-${whole}z"/><path d="${path}"/></svg>`
  );
}

/** The barcode that warehouses read on a case: GS1-128 with the SSCC, its digits in words below. */
export async function ssccSvg(sscc: string): Promise<string> {
  // Loaded for the first case, which few servers ever label.
  const { default: bwip } = await import('bwip-js/node');
  return bwip.toSVG({ bcid: 'gs1-128', text: `(00)${sscc}`, height: 25, includetext: true, padding: 10 });
}
