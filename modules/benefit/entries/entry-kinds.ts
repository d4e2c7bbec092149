/** What an entry says, as its table, the contracts and the screens name it. */
export const mechanisms = ['shop', 'industry', 'startup', 'employment', 'shareholding', 'crowdfunding'] as const;
export type Mechanism = (typeof mechanisms)[number];
export const mechanismWords = {
  shop: { zh: '网店带动', en: 'Shop' },
  industry: { zh: '产业收购', en: 'Industry' },
  startup: { zh: '创业', en: 'Startup' },
  employment: { zh: '就业', en: 'Employment' },
  shareholding: { zh: '入股分红', en: 'Shareholding' },
  crowdfunding: { zh: '众筹', en: 'Crowdfunding' },
} as const;

/** What an entry rests on; one fact gives a household one entry, whatever the mechanism. */
export const evidenceKinds = [
  'purchase',
  'order_line',
  'floor',
  'agreed_line',
  'sale',
  'wage',
  'dividend',
  'project',
  'help',
  'subsidy',
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** By which way of helping each kind of fact posts; public money comes by any. The database holds the same. */
export const mechanismOf = {
  purchase: 'industry',
  floor: 'industry',
  order_line: 'shop',
  agreed_line: 'shop',
  sale: 'startup',
  help: 'startup',
  wage: 'employment',
  dividend: 'shareholding',
  project: 'crowdfunding',
} as const satisfies Record<Exclude<EvidenceKind, 'subsidy'>, string>;

/** As people call it, before the number that finds it. */
export const evidenceWords: Record<EvidenceKind, { zh: string; en: string }> = {
  purchase: { zh: '收购单', en: 'Purchase note' },
  order_line: { zh: '订单分成', en: 'Share of an order' },
  floor: { zh: '保护价补差', en: 'Floor price supplement' },
  agreed_line: { zh: '网店协议让利', en: 'Shop’s agreement' },
  sale: { zh: '自家店销售', en: 'Own shop’s sales' },
  wage: { zh: '工资', en: 'Wages' },
  dividend: { zh: '分红', en: 'Dividend' },
  project: { zh: '众筹项目', en: 'Crowdfunding project' },
  help: { zh: '创业帮扶', en: 'Help to start up' },
  subsidy: { zh: '财政补贴', en: 'Subsidy' },
};

/** Earned on a market, given as a thing, or public money: never added up as one. */
export const incomes = ['market', 'in_kind', 'subsidy'] as const;
export type Income = (typeof incomes)[number];
export const incomeWords: Record<Income, { zh: string; en: string }> = {
  market: { zh: '市场收入', en: 'Earned' },
  in_kind: { zh: '实物', en: 'In kind' },
  subsidy: { zh: '补贴', en: 'Subsidy' },
};
