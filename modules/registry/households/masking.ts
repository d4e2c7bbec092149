// What is shown of a person until their file is read with a reason. Masks keep enough for a keeper who knows the
// village to recognise the family, and too little for anybody else.

/** 张*明, 张*, 欧***娜 for longer names; one character stays as it is. */
export function maskName(name: string): string {
  const letters = [...name];
  if (letters.length <= 1) return name;
  if (letters.length === 2) return `${letters[0]}*`;
  return `${letters[0]}${'*'.repeat(letters.length - 2)}${letters.at(-1)}`;
}

/** 6212********1X: the region down to the city and the last two characters stay. */
export function maskIdNumber(idNumber: string): string {
  return `${idNumber.slice(0, 4)}********${idNumber.slice(-2)}`;
}

/** 138****1234 */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 3)}****${phone.slice(-4)}`;
}
