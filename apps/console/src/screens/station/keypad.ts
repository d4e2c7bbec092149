/** What a press does to the number being typed: pure, so that no press can make a number that is none. */

export const keypadKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '0', 'back'] as const;
export type KeypadKey = (typeof keypadKeys)[number];

const MOST_DIGITS = 6;

/** The text after one press; a press that makes no sense changes nothing. */
export function press(text: string, key: KeypadKey, decimals: number): string {
  if (key === 'back') return text.slice(0, -1);
  if (key === '.') return decimals === 0 || text.includes('.') ? text : text === '' ? '0.' : `${text}.`;
  const [whole = '', rest] = text.split('.');
  if (rest !== undefined) return rest.length >= decimals ? text : text + key;
  if (whole === '0') return key;
  return whole.length >= MOST_DIGITS ? text : text + key;
}

/** What a keyboard or a paste put into the field, brought to the same shape. */
export function tidy(text: string, decimals: number): string {
  let clean = '';
  for (const character of text.replaceAll('。', '.').replaceAll('，', '')) {
    if (/[0-9.]/.test(character)) clean = press(clean, character as KeypadKey, decimals);
  }
  return clean;
}
