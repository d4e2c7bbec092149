import Type, { type Static } from 'typebox';
import { Day, Fen, Id, Input } from '#platform/http/schemas.ts';

/** The kinds of agreement, which are the mechanisms of help. */
export const agreementKinds = ['shop', 'industry', 'startup', 'employment', 'shareholding', 'crowdfunding'] as const;
export type AgreementKind = (typeof agreementKinds)[number];

const Bp = Type.Integer({ minimum: 1, maximum: 10_000, description: '万分之几 basis points' });
const Words = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' });
const Price = Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: '分 whole fen' });

/** Who pays what a floor price is above what was paid at the scale. */
export const floorBearers = ['firm', 'insurance', 'fund'] as const;
export const floorBearerWords = {
  firm: { zh: '企业', en: 'The firm' },
  insurance: { zh: '保险', en: 'Insurance' },
  fund: { zh: '县公益金', en: 'The county’s fund' },
} as const;

export const helpGiven = ['training', 'rent', 'loan', 'equipment'] as const;
export const helpGivenWords = {
  training: { zh: '培训', en: 'Training' },
  rent: { zh: '免租或减租', en: 'Rent' },
  loan: { zh: '贷款贴息', en: 'Loan' },
  equipment: { zh: '设备', en: 'Equipment' },
} as const;

export const payUnits = ['hour', 'day', 'piece'] as const;
export const payUnitWords = {
  hour: { zh: '小时', en: 'hour' },
  day: { zh: '天', en: 'day' },
  piece: { zh: '件', en: 'piece' },
} as const;

export const stakes = ['money', 'land', 'grant'] as const;
export const stakeWords = {
  money: { zh: '资金', en: 'Money' },
  land: { zh: '土地', en: 'Land' },
  grant: { zh: '财政资金折股', en: 'Grant' },
} as const;

export const shareClasses = ['common', 'preferred'] as const;
export const shareClassWords = {
  common: { zh: '普通股', en: 'Common' },
  preferred: { zh: '优先股', en: 'Preferred' },
} as const;

/** 网店: a part of the margin or a fixed premium per unit, on these products; on all of the shop's when none is named. */
const products = Type.Array(Id, { maxItems: 200, uniqueItems: true });
const ShopMargin = Input({ kind: Type.Literal('shop'), per: Type.Literal('margin'), bp: Bp, products });
const ShopUnit = Input({ kind: Type.Literal('shop'), per: Type.Literal('unit'), fen: Price, products });
/** 产业: the floor holds for so many grams of each household within the term. */
const Industry = Input({
  kind: Type.Literal('industry'),
  crop: Type.String({ minLength: 1, maxLength: 40 }),
  grade: Words,
  floorFenPerKg: Price,
  grams: Type.Integer({
    minimum: 1,
    maximum: 9_000_000_000_000,
    description: '每户克数 grams of each household',
  }),
  season: Type.String({ pattern: '^\\d{4}$' }),
  bearer: Type.Enum(floorBearers),
});
const Startup = Input({
  kind: Type.Literal('startup'),
  help: Type.Array(Type.Enum(helpGiven), { minItems: 1, maxItems: helpGiven.length, uniqueItems: true }),
  worthFen: Fen,
  /** the household's own shop, once there is one: its net sales post for it */
  business: Type.Optional(Id),
});
const Employment = Input({
  kind: Type.Literal('employment'),
  job: Words,
  per: Type.Enum(payUnits),
  fenPerUnit: Price,
});
const Shareholding = Input({
  kind: Type.Literal('shareholding'),
  stake: Type.Enum(stakes),
  stakeFen: Price,
  shares: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
  class: Type.Enum(shareClasses),
  /** of the stake, in a year */
  floorBp: Bp,
});
/** 众筹: what each household has of what a project brings, less its costs; what backers are owed is there by a day. */
const Crowdfunding = Input({
  kind: Type.Literal('crowdfunding'),
  project: Id,
  /** of the households' part, each household's own */
  bp: Bp,
  deliverBy: Day,
});

/** What is agreed, by kind. */
export const Terms = Type.Union([ShopMargin, ShopUnit, Industry, Startup, Employment, Shareholding, Crowdfunding]);
export type Terms = Static<typeof Terms>;

/** Kinds of organisation that may make each kind of agreement, as registry names them. */
export const agreementMakers: Record<AgreementKind, readonly string[]> = {
  shop: ['merchant', 'cooperative'],
  industry: ['merchant', 'cooperative'],
  startup: ['merchant', 'cooperative', 'station', 'county_centre'],
  employment: ['merchant', 'cooperative', 'station', 'county_centre', 'logistics'],
  shareholding: ['merchant', 'cooperative'],
  crowdfunding: ['merchant', 'cooperative'],
};
