import Type from 'typebox';
import { ParcelDetail } from '#fulfilment/contract';
import { platformRefusals, type RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
  Fen,
  Id,
  Input,
  Instant,
  Nullable,
  Paged,
  PageQuery,
  Reason,
  RegionCode,
} from '#platform/http/schemas.ts';
import { orderStates } from '#trade/contract';
import { newsStates } from './news/news-states.ts';
import { deliveryStates } from './pledges/delivery-states.ts';
import { projectStates, publicProjectStates } from './projects/project-states.ts';

export { type NewsState, newsMoves, newsStates } from './news/news-states.ts';
export { type DeliveryState, deliveryMoves, deliveryStates } from './pledges/delivery-states.ts';
export { type PledgeMoney, pledgeMoneyOf, pledgeMoneyWords } from './pledges/money-states.ts';
export { type ProjectState, projectMoves, projectStates, publicProjectStates } from './projects/project-states.ts';

export const presaleRefusals = {
  'project-not-found': { status: 404, zh: '没有这个众筹项目', en: 'No such project' },
  'project-move-not-allowed': {
    status: 409,
    zh: '项目现在是「{state}」，不能这样做',
    en: 'The project has moved on; this cannot be done now',
  },
  'project-same-person': {
    status: 409,
    zh: '起草或提交的人不能自己开放',
    en: 'Who wrote or submitted it cannot open it',
  },
  'project-own-household': {
    status: 409,
    zh: '项目里有自己家，请别人审',
    en: 'Your own household is in it; please let somebody else approve it',
  },
  'organiser-unfit': {
    status: 422,
    field: 'org',
    zh: '只有本县在营的商家或合作社能发起众筹',
    en: 'Only an active merchant or cooperative of this county can carry out a project',
  },
  'project-days-backwards': {
    status: 422,
    field: 'endsOn',
    zh: '开始、结束、承诺送达要依次往后',
    en: 'It begins before it ends, and ends before what is owed is delivered',
  },
  'project-too-long': {
    status: 422,
    field: 'endsOn',
    zh: '众筹最长 {days} 天',
    en: 'A project is open for at most {days} days',
  },
  'project-over': {
    status: 409,
    field: 'endsOn',
    zh: '结束日期已过，请退回修改',
    en: 'Its last day has passed; please send it back',
  },
  'shares-not-whole': {
    status: 422,
    field: 'households',
    zh: '各户的份额合计要是 100%，现在是 {percent}%',
    en: 'The households’ shares must sum to 100 %, they are {percent} %',
  },
  'project-household-twice': {
    status: 422,
    field: 'households',
    zh: '{household} 户写了两次',
    en: 'Household {household} is named twice',
  },
  'household-not-found': {
    status: 404,
    field: 'households',
    zh: '本县没有这户',
    en: 'No such household in this county',
  },
  'tier-sku-unfit': {
    status: 422,
    field: 'tiers',
    zh: '「{tier}」的规格不是发起单位的，或按重量卖',
    en: 'The SKU of "{tier}" is not the organiser’s, or is sold by weight',
  },
  'project-sku-unfit': {
    status: 422,
    field: 'sku',
    zh: '这个规格不是发起单位的',
    en: 'This SKU is not the organiser’s',
  },
  'tier-costs-too-high': {
    status: 422,
    field: 'tiers',
    zh: '「{tier}」的成本和公益金加起来不少于价格，农户什么也没有',
    en: 'Costs and fund of "{tier}" leave nothing for the households',
  },
  'project-busy': {
    status: 409,
    zh: '有人正在付款，请过一会儿再试',
    en: 'Somebody is paying at this moment; please try again',
  },
  'project-not-begun': { status: 409, zh: '众筹 {day} 开始', en: 'The project begins on {day}' },
  'project-ended': { status: 409, zh: '众筹已经结束', en: 'The project is over' },
  'tier-not-found': { status: 404, field: 'tier', zh: '没有这个档位', en: 'No such tier' },
  'address-needed': {
    status: 422,
    field: 'address',
    zh: '这一档要寄东西，请选收货地址',
    en: 'This tier is sent to you; please choose an address',
  },
  'tier-sold-out': {
    status: 409,
    field: 'n',
    zh: '「{tier}」只剩 {left} 份',
    en: 'Only {left} of "{tier}" are left',
  },
  'tier-limit': {
    status: 409,
    field: 'n',
    zh: '「{tier}」每人最多 {most} 份，还能支持 {left} 份',
    en: '"{tier}": at most {most} per backer, {left} still yours to take',
  },
  'pledge-own-project': {
    status: 409,
    zh: '发起单位的人不能支持自己的项目',
    en: 'Staff of the organiser cannot back its own project',
  },
  'pledge-not-found': { status: 404, zh: '没有这笔支持', en: 'No such pledge' },
  'pledge-not-paid': {
    status: 409,
    zh: '这笔支持没有付款，或已经退了',
    en: 'This pledge is not paid, or was returned',
  },
  'delivery-move-not-allowed': {
    status: 409,
    zh: '回报现在是「{state}」，不能这样做',
    en: 'What is owed has moved on; this cannot be done now',
  },
  'nothing-to-send': {
    status: 409,
    zh: '这一档只有致谢，没有货要装',
    en: 'This tier owes thanks only; there is nothing to pack',
  },
  'goods-to-send': {
    status: 409,
    zh: '这一档要发货，请装箱发出',
    en: 'This tier owes goods; please pack and send them',
  },
  'reward-short': {
    status: 409,
    zh: '「{name}」库存不够，还差 {missing} 件',
    en: '{missing} of "{name}" are missing in stock',
  },
  'pledge-received': {
    status: 409,
    zh: '支持者已经收到，不再退款',
    en: 'The backer has it already; there is nothing to give back',
  },
  'news-not-found': { status: 404, zh: '没有这条进展', en: 'No such news' },
  'news-not-yet': {
    status: 409,
    zh: '项目开放以后才能写进展',
    en: 'News can be told once the project has been opened',
  },
  'news-move-not-allowed': {
    status: 409,
    zh: '这条进展现在是「{state}」，不能这样做',
    en: 'This piece of news has moved on; this cannot be done now',
  },
  'news-changed': {
    status: 409,
    field: 'version',
    zh: '刚刚有人改过这条进展，请看过再改',
    en: 'Somebody has just corrected this piece of news; please look again',
  },
  'news-photo-not-found': { status: 422, field: 'photos', zh: '没有这张照片', en: 'No such photo' },
  'photo-not-found': { status: 404, field: 'photo', zh: '没有这张照片', en: 'No such photo' },
  'file-missing': { status: 400, field: 'file', zh: '没有收到照片', en: 'No photo came with the request' },
  'county-not-open': platformRefusals['county-not-open'],
} as const satisfies RefusalTable;

/** As many tell any day's work. */
export const MOST_NEWS_PHOTOS = 6;

const Bp = Type.Integer({ minimum: 0, maximum: 10_000, description: '万分之几 basis points' });
const Title = Type.String({ minLength: 2, maxLength: 60, pattern: '\\S' });
const Story = Type.String({ maxLength: 8000 });
const MaybeEn = Type.String({ maxLength: 8000 });
const Price = Type.Integer({ minimum: 1, maximum: 100_000_000, description: '分 whole fen' });
const Copies = Type.Integer({ minimum: 1, maximum: 100_000 });

const TierInput = Input({
  nameZh: Title,
  nameEn: MaybeEn,
  priceFen: Price,
  /** what the organiser spends on one: goods, packing, freight; theirs at success */
  costFen: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
  /** goods owed for one; null: thanks only */
  owed: Nullable(Input({ sku: Id, packs: Type.Integer({ minimum: 1, maximum: 99 }) })),
  /** how many there are */
  places: Copies,
  /** most that one backer may have */
  limit: Type.Integer({ minimum: 1, maximum: 1000 }),
});
const ProjectInput = Input({
  /** who carries it out: sells, packs, sends */
  org: Id,
  /** what it is about, one of the organiser's; its picture is the project's */
  sku: Id,
  titleZh: Title,
  titleEn: MaybeEn,
  storyZh: Story,
  storyEn: MaybeEn,
  goalFen: Price,
  opensOn: Day,
  /** the last day */
  endsOn: Day,
  /** what is owed is delivered by this day */
  deliverBy: Day,
  /** of each price, to the county's public fund */
  fundBp: Bp,
  /** whose project it is, and what each has of the households' part; sums to 10000 */
  households: Type.Array(Input({ household: Id, bp: Type.Integer({ minimum: 1, maximum: 10_000 }) }), {
    minItems: 1,
    maxItems: 200,
  }),
  tiers: Type.Array(TierInput, { minItems: 1, maxItems: 20 }),
});

const Tier = Type.Object({
  id: Id,
  nameZh: Type.String(),
  nameEn: Type.String(),
  priceFen: Fen,
  places: Type.Integer(),
  /** neither paid nor held by somebody who is paying */
  left: Type.Integer(),
  limit: Type.Integer(),
  /** null: thanks only */
  owed: Nullable(
    Type.Object({
      sku: Id,
      product: Id,
      packs: Type.Integer(),
      nameZh: Type.String(),
      nameEn: Type.String(),
      skuNameZh: Type.String(),
      skuNameEn: Type.String(),
      pictureBase: Nullable(Type.String()),
    }),
  ),
  /** of the price of one, in fen: they sum to it */
  parts: Type.Object({ costFen: Fen, fundFen: Fen, householdFen: Fen }),
});
const row = {
  county: County,
  id: Id,
  number: Type.String(),
  org: Id,
  orgName: Type.String(),
  titleZh: Type.String(),
  titleEn: Type.String(),
  pictureBase: Nullable(Type.String()),
  goalFen: Fen,
  /** what is paid and not given back; at the end what it ended with */
  raisedFen: Fen,
  backers: Type.Integer(),
  households: Type.Integer(),
  opensOn: Day,
  endsOn: Day,
  deliverBy: Day,
  state: Type.Enum(projectStates),
};
export const ProjectRow = Type.Object(row);
const story = {
  product: Id,
  storyZh: Type.String(),
  storyEn: Type.String(),
  fundBp: Type.Integer(),
  /** where its households live; never who they are */
  villages: Type.Array(Type.Object({ village: RegionCode, name: Type.String() })),
  tiers: Type.Array(Tier),
  openedAt: Nullable(Instant),
  /** when it was decided, cancelled or delivered */
  decidedAt: Nullable(Instant),
};
/** A project as anybody may read it. */
export const Project = Type.Object({ ...row, ...story });
/** A project as those read it who work on it. */
export const ProjectFile = Type.Object({
  ...row,
  ...story,
  sku: Id,
  /** whether who asks drafts for the organiser */
  ours: Type.Boolean(),
  /** whether who asks wrote or submitted it, and cannot open it */
  mine: Type.Boolean(),
  /** left out for those who may not see them */
  shares: Type.Array(
    Type.Object({
      ...{ household: Id, householdCode: Type.String(), village: RegionCode, villageName: Type.String() },
      bp: Type.Integer(),
    }),
  ),
  /** of what is paid so far: what each part would be, or is */
  parts: Type.Object({ costFen: Fen, fundFen: Fen, householdFen: Fen }),
  owed: Type.Object({
    owed: Type.Integer(),
    packed: Type.Integer(),
    sent: Type.Integer(),
    received: Type.Integer(),
  }),
  moves: Type.Array(
    Type.Object({ to: Type.Enum(projectStates), words: Type.String(), byName: Type.String(), at: Instant }),
  ),
});

/** A pledge; `orderState` says how its money stands, `delivery` what became of what is owed. */
export const Pledge = Type.Object({
  county: County,
  id: Id,
  project: Id,
  projectNumber: Type.String(),
  titleZh: Type.String(),
  titleEn: Type.String(),
  pictureBase: Nullable(Type.String()),
  projectState: Type.Enum(projectStates),
  endsOn: Day,
  deliverBy: Day,
  tier: Id,
  tierNameZh: Type.String(),
  tierNameEn: Type.String(),
  n: Type.Integer(),
  fen: Fen,
  order: Id,
  orderNumber: Type.String(),
  orderState: Type.Enum(orderStates),
  /** where it is paid while `orderState` is placed */
  checkout: Id,
  expiresAt: Instant,
  /** null until the project is funded, and for money that went back before */
  delivery: Nullable(Type.Enum(deliveryStates)),
  /** whether goods are owed, and not only thanks */
  goods: Type.Boolean(),
  /** the parcel, once there is one */
  parcel: Nullable(
    Type.Object({
      id: Id,
      carrier: Nullable(Type.String()),
      waybill: Nullable(Type.String()),
      sentAt: Nullable(Instant),
    }),
  ),
  /** thanks, where they are all that is owed */
  thanks: Nullable(Type.String()),
  /** owed and past the promised day */
  overdue: Type.Boolean(),
  /** the backer may still take it back */
  returnable: Type.Boolean(),
  /** goods of a recalled lot were packed for it; what the recall says stands with the order */
  recalled: Type.Boolean(),
  /** how much news of the project its backers can read, and when the newest was told */
  news: Type.Integer(),
  newsAt: Nullable(Instant),
  pledgedAt: Instant,
  paidAt: Nullable(Instant),
  /** where what is owed goes: for the backer, and for those who send it while it is owed or on its way; null also where nothing is sent */
  contact: Nullable(Type.Object({ name: Type.String(), phone: Type.String(), street: Type.String() })),
  /** what the backer noted, as the contact */
  note: Nullable(Type.String()),
  /** null where nothing is sent */
  shipRegionName: Nullable(Type.String()),
});

const newsText = {
  titleZh: Type.String(),
  titleEn: Type.String(),
  wordsZh: Type.String(),
  wordsEn: Type.String(),
  photos: Type.Array(Type.Object({ id: Id, width: Type.Integer(), height: Type.Integer() })),
};
/** A piece of news as its readers see it; of what was taken back or hidden no words are left, but the reason. */
const News = Type.Object({
  id: Id,
  state: Type.Enum(newsStates),
  version: Type.Integer(),
  /** not for all */
  forBackers: Type.Boolean(),
  at: Instant,
  /** when it was last corrected */
  changedAt: Nullable(Instant),
  reason: Nullable(Type.String()),
  ...newsText,
});
/** A piece of news with all that was ever told, for those who work on the project. */
const NewsFile = Type.Object({
  id: Id,
  state: Type.Enum(newsStates),
  /** the one that is read */
  version: Type.Integer(),
  at: Instant,
  versions: Type.Array(
    Type.Object({
      ...{ version: Type.Integer(), forBackers: Type.Boolean(), at: Instant, byName: Type.String() },
      ...newsText,
    }),
  ),
  moves: Type.Array(
    Type.Object({ to: Type.Enum(newsStates), reason: Type.String(), at: Instant, byName: Type.String() }),
  ),
});
const newsInput = {
  titleZh: Title,
  titleEn: Type.String({ maxLength: 120 }),
  wordsZh: Type.String({ minLength: 2, maxLength: 4000, pattern: '\\S' }),
  wordsEn: Type.String({ maxLength: 8000 }),
  /** not for all, but for those whose money is in it */
  forBackers: Type.Boolean(),
  /** uploaded before, in the order they are shown */
  photos: Type.Array(Id, { maxItems: MOST_NEWS_PHOTOS }),
};

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const writers = ['merchant', 'operator'] as const;
const senders = ['merchant', 'keeper', 'operator'] as const;
const readers = ['merchant', 'keeper', 'operator', 'cadre', 'platform', 'auditor'] as const;
const draftRefusals = [
  'not-allowed',
  'organiser-unfit',
  'operator-dishonest',
  'project-sku-unfit',
  'project-days-backwards',
  'project-too-long',
  'shares-not-whole',
  'project-household-twice',
  'household-not-found',
  'tier-sku-unfit',
  'tier-costs-too-high',
] as const;
const newsRefusals = ['news-not-found', 'not-allowed', 'news-move-not-allowed'] as const;
const moveRefusals = ['project-not-found', 'not-allowed', 'project-move-not-allowed'] as const;

/** 众筹: projects, what backers pledge to them, and what they are owed. */
export const presale = contract({
  projects: {
    method: 'GET',
    path: '/api/counties/:county/projects',
    summary: '众筹项目 Projects anybody may back or look back on',
    who: 'anyone',
    params: inCounty,
    query: Input({ ...PageQuery, state: Type.Optional(Type.Enum(publicProjectStates)) }),
    answer: Paged(ProjectRow),
  },
  project: {
    method: 'GET',
    path: '/api/counties/:county/projects/:id',
    summary: '一个众筹项目 One project',
    who: 'anyone',
    params: one,
    answer: Project,
    refusals: ['project-not-found'],
  },
  pledge: {
    method: 'POST',
    path: '/api/counties/:county/projects/:id/pledges',
    summary: '支持一个项目：下单，十五分钟内付款 Back a project; to be paid within fifteen minutes',
    who: 'signed-in',
    params: one,
    body: Input({
      tier: Id,
      n: Type.Integer({ minimum: 1, maximum: 1000 }),
      /** where it is sent; left out for a tier that sends nothing, of which no address is kept */
      address: Type.Optional(Id),
      note: Type.Optional(Type.String({ maxLength: 200 })),
    }),
    /** to be paid as any checkout: POST /api/checkouts/:id/payments with `checkout` */
    answer: Pledge,
    refusals: [
      'county-not-open',
      'project-not-found',
      'project-not-begun',
      'project-ended',
      'pledge-own-project',
      'tier-not-found',
      'address-needed',
      'address-not-found',
      'tier-limit',
      'tier-sold-out',
    ],
  },
  myPledges: {
    method: 'GET',
    path: '/api/me/pledges',
    summary: '我支持的项目 My pledges',
    who: 'signed-in',
    query: Input({ ...PageQuery }),
    answer: Paged(Pledge),
  },
  pledgeOf: {
    method: 'GET',
    path: '/api/counties/:county/pledges/:id',
    summary: '一笔支持 One pledge, for its backer and for those who send it',
    who: 'signed-in',
    params: one,
    answer: Pledge,
    refusals: ['pledge-not-found'],
  },
  returnPledge: {
    method: 'POST',
    path: '/api/counties/:county/pledges/:id/return',
    summary: '结束前撤回支持，原路退款 Take a pledge back before the end; its money goes back',
    who: 'signed-in',
    params: one,
    body: Input({ reason: Reason }),
    answer: Pledge,
    refusals: ['pledge-not-found', 'pledge-not-paid', 'project-ended', 'promise-over'],
  },
  receivePledge: {
    method: 'POST',
    path: '/api/counties/:county/pledges/:id/receipt',
    summary: '收到回报 What was owed has arrived',
    who: 'signed-in',
    params: one,
    body: Input({}),
    answer: Pledge,
    refusals: ['pledge-not-found', 'delivery-move-not-allowed'],
  },

  projectNews: {
    method: 'GET',
    path: '/api/counties/:county/projects/:id/news',
    summary: '项目进展 What is told of a project; to its backers also what is for them only',
    who: 'anyone',
    params: one,
    query: Input({ ...PageQuery }),
    answer: Paged(News),
    refusals: ['project-not-found'],
  },
  /** answers bytes; for those who may read news that shows it */
  newsPhoto: {
    method: 'GET',
    path: '/api/counties/:county/projects/:id/photos/:photo',
    summary: '进展照片（WebP）A photo of news',
    who: 'anyone',
    params: Type.Object({ county: County, id: Id, photo: Id }),
    query: Input({ width: Type.Optional(Type.Enum(['320', '800', '1600'])) }),
    answer: Type.Unknown(),
    refusals: ['photo-not-found'],
  },
  newsFiles: {
    method: 'GET',
    path: '/api/counties/:county/project-files/:id/news',
    summary: '进展台账 News of a project with its versions',
    who: readers,
    params: one,
    query: Input({ ...PageQuery }),
    answer: Paged(NewsFile),
    refusals: ['project-not-found'],
  },
  writeNews: {
    method: 'POST',
    path: '/api/counties/:county/project-files/:id/news',
    summary: '写进展 Tell how a project goes',
    who: writers,
    params: one,
    body: Input(newsInput),
    answer: NewsFile,
    refusals: ['project-not-found', 'not-allowed', 'news-not-yet', 'news-photo-not-found'],
  },
  addNewsPhoto: {
    method: 'POST',
    path: '/api/counties/:county/project-files/:id/photos',
    summary: '上传进展照片 Upload a photo for news',
    who: writers,
    upload: true,
    perMinute: 60,
    params: one,
    answer: Type.Object({ id: Id, width: Type.Integer(), height: Type.Integer() }),
    refusals: ['project-not-found', 'not-allowed', 'file-missing', 'file-too-large', 'file-type-not-allowed'],
  },
  correctNews: {
    method: 'POST',
    path: '/api/counties/:county/project-news/:id/versions',
    summary: '更正进展 Correct news by its next version',
    who: writers,
    params: one,
    body: Input({
      ...newsInput,
      /** the one that was read */
      version: Type.Integer({ minimum: 1 }),
    }),
    answer: NewsFile,
    refusals: ['news-not-found', 'not-allowed', 'news-move-not-allowed', 'news-changed', 'news-photo-not-found'],
  },
  takeNewsBack: {
    method: 'POST',
    path: '/api/counties/:county/project-news/:id/withdrawal',
    summary: '撤回进展 Take news back',
    who: writers,
    params: one,
    body: Input({ reason: Reason }),
    answer: NewsFile,
    refusals: newsRefusals,
  },
  hideNews: {
    method: 'POST',
    path: '/api/counties/:county/project-news/:id/hiding',
    summary: '县里隐藏进展 The county hides news',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: NewsFile,
    refusals: newsRefusals,
  },
  showNews: {
    method: 'POST',
    path: '/api/counties/:county/project-news/:id/showing',
    summary: '恢复显示进展 The county shows news again',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: NewsFile,
    refusals: newsRefusals,
  },

  projectFiles: {
    method: 'GET',
    path: '/api/counties/:county/project-files',
    summary: '众筹项目台账 Projects in all states',
    who: readers,
    params: inCounty,
    query: Input({ ...PageQuery, state: Type.Optional(Type.Enum(projectStates)), org: Type.Optional(Id) }),
    answer: Paged(ProjectRow),
  },
  projectFile: {
    method: 'GET',
    path: '/api/counties/:county/project-files/:id',
    summary: '一个项目的台账 One project with its shares and history',
    who: readers,
    params: one,
    answer: ProjectFile,
    refusals: ['project-not-found'],
  },
  draftProject: {
    method: 'POST',
    path: '/api/counties/:county/project-files',
    summary: '起草众筹项目 Draft a project',
    who: writers,
    params: inCounty,
    body: ProjectInput,
    answer: ProjectFile,
    refusals: ['county-not-open', ...draftRefusals],
  },
  changeProject: {
    method: 'PUT',
    path: '/api/counties/:county/project-files/:id',
    summary: '修改草稿 Change a draft',
    who: writers,
    params: one,
    body: ProjectInput,
    answer: ProjectFile,
    refusals: ['project-not-found', 'project-move-not-allowed', ...draftRefusals],
  },
  submitProject: {
    method: 'POST',
    path: '/api/counties/:county/project-files/:id/submission',
    summary: '提交项目 Submit a project',
    who: writers,
    params: one,
    answer: ProjectFile,
    refusals: [...moveRefusals, 'project-over'],
  },
  withdrawProject: {
    method: 'POST',
    path: '/api/counties/:county/project-files/:id/withdrawal',
    summary: '撤回草稿 Withdraw a draft',
    who: writers,
    params: one,
    body: Input({ reason: Reason }),
    answer: ProjectFile,
    refusals: moveRefusals,
  },
  sendBackProject: {
    method: 'POST',
    path: '/api/counties/:county/project-files/:id/send-back',
    summary: '退回修改 Send a project back to be changed',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: ProjectFile,
    refusals: moveRefusals,
  },
  openProject: {
    method: 'POST',
    path: '/api/counties/:county/project-files/:id/opening',
    summary: '第二个人审核并开放 A second person approves and opens a project',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    answer: ProjectFile,
    refusals: [...moveRefusals, 'project-same-person', 'project-own-household', 'project-over', 'operator-dishonest'],
  },
  cancelProject: {
    method: 'POST',
    path: '/api/counties/:county/project-files/:id/cancellation',
    summary: '取消项目，全部退款 Cancel a project; all money goes back',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: ProjectFile,
    refusals: [...moveRefusals, 'project-busy'],
  },
  projectPledges: {
    method: 'GET',
    path: '/api/counties/:county/project-files/:id/pledges',
    summary: '一个项目的支持 Pledges of a project',
    who: readers,
    params: one,
    query: Input({
      ...PageQuery,
      delivery: Type.Optional(Type.Enum(deliveryStates)),
      tier: Type.Optional(Id),
    }),
    answer: Paged(Pledge),
    refusals: ['project-not-found'],
  },
  overduePledges: {
    method: 'GET',
    path: '/api/counties/:county/overdue-pledges',
    summary: '过了承诺日期还没送到的回报 What is owed past the promised day',
    who: readers,
    params: inCounty,
    query: Input({ ...PageQuery }),
    answer: Paged(Pledge),
  },
  packPledge: {
    method: 'POST',
    path: '/api/counties/:county/pledges/:id/parcel',
    summary: '回报装箱 Pack what a backer is owed',
    who: senders,
    params: one,
    /** the parcel is then sent as any other: POST /api/counties/:county/parcels/:id/sending */
    body: Input({}),
    answer: ParcelDetail,
    refusals: [
      'pledge-not-found',
      'not-allowed',
      'nothing-to-send',
      'delivery-move-not-allowed',
      'reward-short',
      'lot-recalled',
    ],
  },
  thankPledge: {
    method: 'POST',
    path: '/api/counties/:county/pledges/:id/thanks',
    summary: '致谢 Thank a backer who is owed no goods',
    who: senders,
    params: one,
    body: Input({ words: Type.String({ minLength: 2, maxLength: 500, pattern: '\\S' }) }),
    answer: Pledge,
    refusals: ['pledge-not-found', 'not-allowed', 'goods-to-send', 'delivery-move-not-allowed'],
  },
  refundPledge: {
    method: 'POST',
    path: '/api/counties/:county/pledges/:id/refund',
    summary: '县里退还没有送达的支持，由发起单位承担 The county returns an undelivered pledge at the organiser’s cost',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: Pledge,
    refusals: ['pledge-not-found', 'pledge-received', 'pledge-not-paid'],
  },
});
