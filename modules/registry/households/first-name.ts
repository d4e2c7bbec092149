/** Family names of two signs that are in use; all others have one. */
const twoSigns = new Set(
  '欧阳 上官 司马 司徒 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 夏侯 端木 百里 南宫 呼延 轩辕 独孤 赫连 澹台 闻人 鲜于 申屠 太叔 钟离 濮阳 淳于 单于'.split(
    ' ',
  ),
);

/**
 * The first name alone, as a buyer may read it: 建明 of 张建明. Names written with a dot begin with the first name.
 *
 * @returns null where there is no first name to tell
 */
export function firstName(name: string): string | null {
  const whole = name.trim();
  const dot = whole.search(/[·•．]/);
  if (dot > 0) return whole.slice(0, dot);
  const letters = [...whole];
  const family = letters.length > 2 && twoSigns.has(letters.slice(0, 2).join('')) ? 2 : 1;
  return letters.slice(family).join('') || null;
}
