/** As much of the Barcode Detection API as is used; the browser's own types do not know it. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: ['qr_code'] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** Reads the square codes that are in a camera's picture now. */
export type CodeReader = (picture: HTMLVideoElement) => Promise<string[]>;

/**
 * What reads square codes here: the browser's own detector where it has one that works, else a library, which is loaded
 * only then. Safari and Firefox have none. Chrome on Android hands the work to Google's services: on phones without them
 * the detector is there, and says only when asked that it reads nothing.
 */
export async function openCodeReader(): Promise<CodeReader> {
  const own = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  const formats: readonly string[] | undefined = await own?.getSupportedFormats().catch(() => []);
  if (own && formats?.includes('qr_code')) return readerOf(own);
  const { BarcodeDetector } = await import('qr/decode.js');
  return readerOf(BarcodeDetector);
}

function readerOf(Class: new (options: { formats: ['qr_code'] }) => Detector): CodeReader {
  const detector = new Class({ formats: ['qr_code'] });
  // A picture that is not there yet is refused; the next one is a moment away.
  return async (picture) => (await detector.detect(picture).catch(() => [])).map((found) => found.rawValue);
}
