/** What the shop says about how produce was grown, and to a household about its plots. */
export const growingZh = {
  title: '怎么种的',
  plots: (plots: number) => `来自 ${plots} 块登记的地。`,
  covered: (percent: number) => `有记录的地占这一批的 ${percent}%。`,
  times: (times: number) => `${times} 次`,
  sprays: '打过的药',
  none: '采收前一年没有打药记录。',
  spray: (times: number, last: string, days: number, waited: number) =>
    `${times} 次，最后一次 ${last}；标签要求等 ${days} 天，实际等了 ${waited} 天`,
  kept: '安全间隔期够了',
  notKept: '没等够安全间隔期',
  ofWhom: '由站里和驻村干部记录，不写是谁家的。',
  mine: '我家的地',
  size: (mu: string, trees: number) => [mu && `${mu} 亩`, trees > 0 && `${trees} 棵`].filter(Boolean).join(' · '),
  blocked: (product: string, day: string) => `打过${product}，${day}起才能采收`,
  free: '可以采收',
  ended: (day: string) => `${day}起不种了`,
  recent: '最近农事',
  struck: '已作废',
};
