// Official names are kept as they are; these functions make from them what people say and read.

// City-level entries that are not places but headings of the statistics: 「市辖区」 of Beijing, 「县」 of Chongqing …
const HEADINGS = new Set(['市辖区', '县', '省直辖县级行政区划', '自治区直辖县级行政区划']);

/** Whether a city-level name only groups counties in the statistics and must not be shown in an address. */
export function isHeading(name: string): boolean {
  return HEADINGS.has(name);
}

/**
 * What a village or neighbourhood is called, without the word for its committee:
 * 杉树湾村村民委员会 → 杉树湾村, 龙池村委会 → 龙池村, 多福巷社区居委会 → 多福巷社区.
 */
export function villageName(official: string): string {
  const village = /^(.+?)(?:村民委员会|村委会|村村民)$/.exec(official)?.[1];
  if (village) return /(?:村|嘎查|社区)$/.test(village) ? village : `${village}村`;
  const quarter = /^(.+?)(?:居民委员会|居委会)$/.exec(official)?.[1];
  if (quarter) return /(?:社区|街|村)$/.test(quarter) ? quarter : `${quarter}社区`;
  const virtual = /^(.+?)(?:虚拟社区|虚拟生活区)$/.exec(official)?.[1];
  return virtual ?? official;
}

// Longest first, so that 保安 and the like never leave half a name behind.
const NATIONS =
  '蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 独龙 鄂伦春 赫哲 门巴 珞巴 基诺'
    .split(' ')
    .sort((a, b) => b.length - a.length)
    .map((nation) => `${nation}族?`)
    .join('|');
const AUTONOMOUS = new RegExp(`^(.{2,}?)(?:${NATIONS}|各族)+自治(?:县|州|区|旗)$`);

/**
 * What a county or city is called in conversation: 酉阳土家族苗族自治县 → 酉阳, 横州市 → 横州; names of one character keep
 * their suffix (成县, 隰县).
 */
export function shortName(official: string): string {
  const autonomous = AUTONOMOUS.exec(official)?.[1];
  if (autonomous) return autonomous;
  if (/族自治(?:县|州|旗)$/.test(official)) return official.replace(/族自治(?:县|州|旗)$/, '');
  const stem = official.replace(/(?:自治县|自治州|自治区|自治旗|地区|特区|林区|新区|县|市|区|旗|盟|省)$/, '');
  return stem.length >= 2 ? stem : official;
}

/** Joins names from province downwards into one line of address, leaving out headings and repetitions (北京市市辖区, 东莞市东莞市). */
export function joinNames(names: readonly string[]): string {
  return names.filter((name, i) => !isHeading(name) && name !== names[i - 1]).join('');
}
