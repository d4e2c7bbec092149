// Without I and O: on paper they are 1 and 0.
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

/** The letters of a county's n-th device, from 1: A … Z, AA, AB, … */
export function deviceLetters(n: number): string {
  let text = '';
  for (let rest = n; rest > 0; rest = Math.floor((rest - 1) / LETTERS.length)) {
    text = LETTERS[(rest - 1) % LETTERS.length] + text;
  }
  return text;
}
