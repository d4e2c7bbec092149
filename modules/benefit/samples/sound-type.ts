/**
 * What kind of recording bytes are, asked of the bytes themselves: what phones record in browsers (WebM, MP4) and what
 * people send on (Ogg, MP3, WAV). Undefined for anything else.
 */
export function soundType(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x1aE\xdf\xa3')) return 'audio/webm';
  if (head.startsWith('OggS')) return 'audio/ogg';
  if (head.slice(4, 8) === 'ftyp') return 'audio/mp4';
  if (head.startsWith('ID3') || /^\xff[\xe2-\xff]/.test(head)) return 'audio/mpeg';
  if (head.startsWith('RIFF') && head.slice(8) === 'WAVE') return 'audio/wav';
  return undefined;
}
