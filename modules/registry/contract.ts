import Type from 'typebox';
import { platformRefusals, type RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
  Id,
  Input,
  Instant,
  Name,
  Nullable,
  Paged,
  PageQuery,
  Phone,
  Reason,
  RegionCode,
  RegionPrefix,
} from '#platform/http/schemas.ts';
import { produceKinds } from './crops/produce-kinds.ts';
import { cardRefusals, cardRoutes } from './households/household-card.contract.ts';
import { consentRoutes } from './households/name-consent.contract.ts';

export { type ProduceKind, produceKinds, produceWords } from './crops/produce-kinds.ts';
export { cardHash, cardText, readCardText } from './households/card-layout.ts';

export const organisationKinds = [
  'merchant',
  'cooperative',
  'station',
  'county_centre',
  'platform',
  'purchasing_unit',
  'logistics',
] as const;
export type OrganisationKind = (typeof organisationKinds)[number];
export const householdCategories = ['general', 'lifted', 'monitored'] as const;
export const relations = ['head', 'spouse', 'child', 'parent', 'other'] as const;
export const helperKinds = ['branch', 'firm', 'shop', 'secretary'] as const;
/** Personal fields of a household that are masked until read with a reason. */
export const sensitiveFields = ['name', 'idNumber', 'phone'] as const;

/** Words for screens, 中文 and English, beside the codes they stand for. */
export const organisationKindWords: Record<(typeof organisationKinds)[number], { zh: string; en: string }> = {
  merchant: { zh: '商家', en: 'Merchant' },
  cooperative: { zh: '合作社', en: 'Cooperative' },
  station: { zh: '村级服务站', en: 'Village station' },
  county_centre: { zh: '县级运营中心', en: 'County centre' },
  platform: { zh: '平台', en: 'Platform' },
  purchasing_unit: { zh: '采购单位', en: 'Purchasing unit' },
  logistics: { zh: '物流企业', en: 'Logistics firm' },
};
export const roleWords = {
  keeper: { zh: '站长', en: 'Station keeper' },
  merchant: { zh: '商家', en: 'Merchant' },
  cadre: { zh: '驻村干部', en: 'Cadre' },
  operator: { zh: '县级运营', en: 'County operator' },
  platform: { zh: '平台运营', en: 'Platform operator' },
  purchaser: { zh: '采购', en: 'Purchaser' },
  courier: { zh: '物流', en: 'Courier' },
  auditor: { zh: '审计', en: 'Auditor' },
} as const;
export const householdCategoryWords = {
  general: { zh: '一般户', en: 'General' },
  lifted: { zh: '脱贫户', en: 'Lifted out' },
  monitored: { zh: '监测户', en: 'Monitored' },
} as const;

export const registryRefusals = {
  ...cardRefusals,
  'operator-dishonest': {
    status: 403,
    field: 'org',
    zh: '这家单位在失信名单上，到 {until} 为止：期间不能上架、入库、签协议',
    en: 'This organisation is on the list of dishonest operators until {until}: it cannot list goods, take stock or sign',
  },
  'phone-code-wrong': { status: 422, field: 'code', zh: '验证码不对或已过期', en: 'The code is wrong or has expired' },
  'password-wrong': { status: 401, field: 'password', zh: '用户名或密码不对', en: 'User name or password is wrong' },
  'phone-unknown': { status: 409, zh: '请用手机号验证码登录后再签', en: 'Please sign in by phone first' },
  'phone-code-not-sent': {
    status: 503,
    field: 'phone',
    zh: '验证码暂时发不出去，请稍后再试',
    en: 'The code could not be sent; please try again later',
  },
  'totp-on-already': { status: 409, zh: '动态口令已经开通', en: 'One-time codes are on already' },
  'totp-needed': { status: 401, field: 'totp', zh: '请输入动态口令', en: 'Please enter the one-time code' },
  'totp-wrong': { status: 401, field: 'totp', zh: '动态口令不对', en: 'The one-time code is wrong' },
  'organisation-code-wrong': {
    status: 422,
    field: 'code',
    zh: '统一社会信用代码「{code}」校验不过（GB 32100）',
    en: 'Organisation code "{code}" fails its check digit (GB 32100)',
  },
  'organisation-code-taken': {
    status: 409,
    field: 'code',
    zh: '这个统一社会信用代码已登记',
    en: 'This organisation code is already registered',
  },
  'id-number-wrong': {
    status: 422,
    field: 'idNumber',
    zh: '身份证号校验不过（GB 11643）',
    en: 'The ID number fails its check digit (GB 11643)',
  },
  'id-number-taken': {
    status: 409,
    field: 'idNumber',
    zh: '这个身份证号已登记在另一户',
    en: 'This ID number is registered with another household',
  },
  'village-outside-county': {
    status: 422,
    field: 'village',
    zh: '村 {village} 不在 {county} 县内',
    en: 'Village {village} is not in county {county}',
  },
  'village-outside-your-region': {
    status: 403,
    field: 'village',
    zh: '这个村不在你的管理范围',
    en: 'This village is outside your region',
  },
  'region-code-broken': platformRefusals['region-code-broken'],
  'county-unknown': {
    status: 422,
    field: 'county',
    zh: '没有区划代码为 {county} 的县级行政区；要县、市、区的六位代码',
    en: 'No county has the code {county}; the six digits of a county, county-level city or district are needed',
  },
  'role-outside-your-region': {
    status: 403,
    field: 'region',
    zh: '不能授予超出自己范围的权限',
    en: 'You cannot grant a role beyond your own region',
  },
  'role-not-for-this-kind': {
    status: 422,
    field: 'role',
    zh: '{kindZh}里没有「{roleZh}」这个角色',
    en: 'A {kind} has no role "{role}"',
  },
  'buys-for-wrong': {
    status: 422,
    field: 'buysFor',
    zh: '只有服务站能代收，而且只能替本县的商家或合作社代收',
    en: 'Only a station buys for others, and only for a merchant or cooperative of its county',
  },
  'organisation-kind-fixed': {
    status: 422,
    field: 'kind',
    zh: '组织类型登记后不能改，请另行登记',
    en: 'The kind of an organisation cannot change; register another one',
  },
  'username-taken': { status: 409, field: 'username', zh: '这个用户名已有人用', en: 'This user name is taken' },
  'crop-unknown': { status: 422, field: 'yields', zh: '没有「{crop}」这种作物', en: 'There is no crop "{crop}"' },
  'yields-wrong': {
    status: 422,
    field: 'yields',
    zh: '「{crop}」要写面积或棵数，且只写一次',
    en: 'Crop "{crop}" needs land or trees, and to be written once',
  },
  'pairing-ends-before-it-begins': {
    status: 422,
    field: 'until',
    zh: '结束日期不能早于开始日期（{since}）',
    en: 'It cannot end before it began ({since})',
  },
  'pairing-ended': { status: 409, field: 'until', zh: '这个结对已经结束', en: 'This pairing has ended already' },
  'household-elsewhere': {
    status: 422,
    field: 'household',
    zh: '这一户不在这个村',
    en: 'This household is not in this village',
  },
  'village-same': {
    status: 422,
    field: 'village',
    zh: '这一户现在就在这个村',
    en: 'This household lives in this village already',
  },
  'move-day-wrong': {
    status: 422,
    field: 'onDay',
    zh: '搬家的日子不能晚于今天（{to}），也不能早于上一次搬家（{from}）',
    en: 'The day cannot be after today ({to}), nor before it last moved ({from})',
  },
  'household-same': {
    status: 422,
    field: 'into',
    zh: '不能并到自己',
    en: 'A household cannot be merged into itself',
  },
  'household-merged-already': {
    status: 409,
    field: 'into',
    zh: '其中一户已经并到别的户',
    en: 'One of the two was merged already',
  },
  'household-left': { status: 409, field: 'into', zh: '这一户已迁出', en: 'This household has left' },
  'head-missing': {
    status: 422,
    field: 'members',
    zh: '要有且只有一位户主',
    en: 'There must be exactly one head of household',
  },
} as const satisfies RefusalTable;

export const Region = Type.Object({
  code: RegionCode,
  level: Type.Integer({ minimum: 1, maximum: 5 }),
  name: Type.String(),
  fullName: Type.String(),
  parent: Nullable(RegionCode),
  longitude: Nullable(Type.Number()),
  latitude: Nullable(Type.Number()),
});
export const CountyView = Type.Object({
  county: County,
  code: RegionCode,
  name: Type.String(),
  shortName: Type.String(),
  fullName: Type.String(),
  longitude: Nullable(Type.Number()),
  latitude: Nullable(Type.Number()),
  townships: Type.Integer(),
  villages: Type.Integer(),
});
const Kind = Type.Enum(organisationKinds);
const RoleSchema = Type.Enum([
  'keeper',
  'merchant',
  'cadre',
  'operator',
  'platform',
  'purchaser',
  'courier',
  'auditor',
]);
export const Me = Type.Object({
  person: Type.String(),
  name: Type.String(),
  phoneMasked: Nullable(Type.String()),
  totp: Type.Boolean(),
  memberships: Type.Array(
    Type.Object({
      org: Id,
      orgKind: Kind,
      orgName: Type.String(),
      role: RoleSchema,
      county: Type.Integer(),
      region: RegionPrefix,
      regionName: Type.String(),
    }),
  ),
});
export const Organisation = Type.Object({
  county: Type.Integer(),
  id: Id,
  kind: Kind,
  name: Type.String(),
  code: Type.String(),
  region: RegionPrefix,
  regionName: Type.String(),
  contact: Type.String(),
  phone: Type.String(),
  buysFor: Nullable(Id),
  state: Type.Enum(['active', 'suspended']),
  createdAt: Instant,
});
const OrganisationInput = Input({
  kind: Kind,
  name: Name,
  code: Type.String({ minLength: 18, maxLength: 18 }),
  region: RegionPrefix,
  contact: Name,
  phone: Phone,
  buysFor: Type.Optional(Nullable(Id)),
});
const Staff = Type.Object({
  person: Type.String(),
  name: Type.String(),
  username: Nullable(Type.String()),
  role: RoleSchema,
  region: RegionPrefix,
  createdAt: Instant,
});

const YieldBase = Type.Object({
  crop: Type.String({ maxLength: 40 }),
  areaCentimu: Type.Integer({ minimum: 0, maximum: 1_000_000, description: '百分之一亩 hundredths of a mu' }),
  trees: Type.Integer({ minimum: 0, maximum: 100_000 }),
});
const Member = Type.Object({
  id: Id,
  relation: Type.Enum(relations),
  /** 张*明 until read with a reason */
  name: Type.String(),
  idNumber: Nullable(Type.String()),
  phone: Nullable(Type.String()),
});
const MemberInput = Input({
  relation: Type.Enum(relations),
  name: Name,
  idNumber: Type.Optional(Type.String({ maxLength: 18 })),
  phone: Type.Optional(Phone),
});
export const HouseholdRow = Type.Object({
  id: Id,
  code: Type.String(),
  village: RegionCode,
  villageName: Type.String(),
  category: Type.Enum(householdCategories),
  headMasked: Type.String(),
  members: Type.Integer(),
  crops: Type.Array(YieldBase),
});
export const Household = Type.Object({
  county: County,
  id: Id,
  code: Type.String(),
  village: RegionCode,
  villageName: Type.String(),
  category: Type.Enum(householdCategories),
  createdAt: Instant,
  members: Type.Array(Member),
  yields: Type.Array(YieldBase),
  /** where it lived before, the last move first */
  moves: Type.Array(
    Type.Object({
      from: RegionCode,
      fromName: Type.String(),
      to: RegionCode,
      toName: Type.String(),
      onDay: Day,
      reason: Type.String(),
      byName: Type.String(),
      at: Instant,
    }),
  ),
});
const HouseholdInput = Input({
  village: RegionCode,
  category: Type.Enum(householdCategories),
  members: Type.Array(MemberInput, { minItems: 1, maxItems: 20 }),
  yields: Type.Array(Input(YieldBase.properties), { maxItems: 30 }),
});
const Reading = Type.Object({
  id: Id,
  household: Id,
  householdCode: Type.String(),
  village: RegionCode,
  person: Type.String(),
  personName: Type.String(),
  role: Type.String(),
  fields: Type.Array(Type.String()),
  reason: Type.String(),
  at: Instant,
});
export const Pairing = Type.Object({
  id: Id,
  helperKind: Type.Enum(helperKinds),
  helperName: Type.String(),
  village: RegionCode,
  villageName: Type.String(),
  household: Nullable(Id),
  householdCode: Nullable(Type.String()),
  duty: Type.String(),
  since: Day,
  until: Nullable(Day),
});
const Crop = Type.Object({
  code: Type.String(),
  nameZh: Type.String(),
  nameEn: Type.String(),
  gramsPerMu: Nullable(Type.Integer()),
  gramsPerTree: Nullable(Type.Integer()),
  produce: Type.Enum(produceKinds),
  shelfLifeDays: Type.Integer(),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });

export const registry = contract({
  askPhoneCode: {
    method: 'POST',
    path: '/api/sign-in/phone-code',
    summary: '发送验证码 Send a sign-in code',
    who: 'anyone',
    repeatable: true,
    perMinute: 120,
    body: Input({ phone: Phone }),
    answer: Type.Object({
      sentTo: Type.String(),
      /** only in the sandbox, where no message leaves the server */ sandboxCode: Nullable(Type.String()),
    }),
    refusals: ['too-many-requests', 'phone-code-not-sent'],
  },
  signInByPhone: {
    method: 'POST',
    path: '/api/sign-in/phone',
    summary: '验证码登录 Sign in by phone code',
    who: 'anyone',
    repeatable: true,
    perMinute: 240,
    body: Input({ phone: Phone, code: Type.String({ pattern: '^\\d{6}$' }), name: Type.Optional(Name) }),
    answer: Me,
    refusals: ['phone-code-wrong'],
  },
  signInByPassword: {
    method: 'POST',
    path: '/api/sign-in/password',
    summary: '密码登录 Sign in by password',
    who: 'anyone',
    repeatable: true,
    perMinute: 240,
    body: Input({
      username: Type.String({ minLength: 2, maxLength: 40 }),
      password: Type.String({ minLength: 1, maxLength: 128 }),
      totp: Type.Optional(
        Type.String({
          pattern: '^(\\d{6}|[A-Za-z0-9]{5}-[A-Za-z0-9]{5})$',
          description: '动态口令或备用码 one-time code or backup code',
        }),
      ),
    }),
    answer: Me,
    refusals: ['too-many-requests', 'password-wrong', 'totp-needed', 'totp-wrong'],
  },
  signOut: { method: 'POST', path: '/api/sign-out', summary: '退出 Sign out', who: 'anyone', repeatable: true },
  /** null for a visitor: not being signed in is an answer, not a failure */
  me: { method: 'GET', path: '/api/me', summary: '我是谁 Who am I', who: 'anyone', answer: Nullable(Me) },
  startTotp: {
    method: 'POST',
    path: '/api/me/totp',
    summary: '开通动态口令 Start one-time codes',
    who: 'signed-in',
    repeatable: true,
    body: Input({ password: Type.String() }),
    answer: Type.Object({ uri: Type.String(), backupCodes: Type.Array(Type.String()) }),
    refusals: ['too-many-requests', 'password-wrong', 'totp-on-already'],
  },
  confirmTotp: {
    method: 'POST',
    path: '/api/me/totp/confirmation',
    summary: '确认动态口令 Confirm one-time codes',
    who: 'signed-in',
    repeatable: true,
    body: Input({ code: Type.String({ pattern: '^\\d{6}$' }) }),
    answer: Me,
    refusals: ['too-many-requests', 'totp-wrong'],
  },

  counties: {
    method: 'GET',
    path: '/api/counties',
    summary: '已开通的县 Open counties',
    who: 'anyone',
    answer: Type.Array(CountyView),
  },
  county: {
    method: 'GET',
    path: '/api/counties/:county',
    summary: '一个县 One county',
    who: 'anyone',
    params: inCounty,
    answer: CountyView,
    refusals: ['county-not-open'],
  },
  openCounty: {
    method: 'POST',
    path: '/api/counties',
    summary: '开通一个县 Open a county',
    who: ['platform'],
    repeatable: true,
    body: Input({ county: County }),
    answer: CountyView,
    refusals: ['county-unknown'],
  },
  regions: {
    method: 'GET',
    path: '/api/regions',
    summary: '下级区划 Regions below one',
    who: 'anyone',
    query: Input({ parent: Type.Optional(RegionCode) }),
    answer: Type.Array(Region),
    refusals: ['region-code-broken'],
  },
  region: {
    method: 'GET',
    path: '/api/regions/:code',
    summary: '一个区划及其上级 A region and those above it',
    who: 'anyone',
    params: Type.Object({ code: RegionCode }),
    answer: Type.Object({ region: Region, above: Type.Array(Region) }),
    refusals: ['region-code-broken'],
  },
  crops: { method: 'GET', path: '/api/crops', summary: '作物 Crops', who: 'anyone', answer: Type.Array(Crop) },

  organisations: {
    method: 'GET',
    path: '/api/counties/:county/organisations',
    summary: '组织 Organisations',
    who: ['operator', 'platform', 'auditor', 'keeper', 'merchant', 'cadre'],
    params: inCounty,
    query: Input({ ...PageQuery, q: Type.Optional(Type.String({ maxLength: 60 })), kind: Type.Optional(Kind) }),
    answer: Paged(Organisation),
  },
  organisation: {
    method: 'GET',
    path: '/api/counties/:county/organisations/:id',
    summary: '一个组织 One organisation',
    who: ['operator', 'platform', 'auditor', 'keeper', 'merchant', 'cadre'],
    params: one,
    answer: Type.Object({ organisation: Organisation, people: Type.Array(Staff) }),
    refusals: ['not-found'],
  },
  addOrganisation: {
    method: 'POST',
    path: '/api/counties/:county/organisations',
    summary: '登记组织 Register an organisation',
    who: ['operator', 'platform'],
    params: inCounty,
    body: OrganisationInput,
    answer: Organisation,
    refusals: [
      'county-not-open',
      'region-code-broken',
      'village-outside-county',
      'village-outside-your-region',
      'organisation-code-wrong',
      'buys-for-wrong',
      'organisation-code-taken',
    ],
  },
  changeOrganisation: {
    method: 'PUT',
    path: '/api/counties/:county/organisations/:id',
    summary: '修改组织 Change an organisation',
    who: ['operator', 'platform'],
    params: one,
    body: OrganisationInput,
    answer: Organisation,
    refusals: [
      'not-found',
      'organisation-kind-fixed',
      'region-code-broken',
      'village-outside-county',
      'village-outside-your-region',
      'organisation-code-wrong',
      'buys-for-wrong',
      'organisation-code-taken',
    ],
  },
  addStaff: {
    method: 'POST',
    path: '/api/counties/:county/organisations/:id/people',
    summary: '添加人员与角色 Add a person with a role',
    who: ['operator', 'platform'],
    // Twice is once: the second time the user name is taken. With a key, a hash of the password would be kept.
    repeatable: true,
    params: one,
    body: Input({
      name: Name,
      username: Type.String({ pattern: '^[a-z][a-z0-9_.-]{2,39}$' }),
      password: Type.String({ minLength: 10, maxLength: 128 }),
      role: RoleSchema,
      region: RegionPrefix,
    }),
    answer: Staff,
    refusals: ['not-found', 'role-not-for-this-kind', 'role-outside-your-region', 'username-taken'],
  },
  removeStaff: {
    method: 'DELETE',
    path: '/api/counties/:county/organisations/:id/people/:person/:role',
    summary: '收回角色 Take a role back',
    who: ['operator', 'platform'],
    params: Type.Object({ county: County, id: Id, person: Type.String(), role: RoleSchema }),
    refusals: ['not-found', 'role-outside-your-region'],
  },

  households: {
    method: 'GET',
    path: '/api/counties/:county/households',
    summary: '农户（打码）Households, masked',
    who: ['keeper', 'cadre', 'operator', 'platform', 'auditor'],
    params: inCounty,
    query: Input({
      ...PageQuery,
      q: Type.Optional(
        Type.String({
          maxLength: 40,
          description: '户编号、户主姓名或姓名拼音首字母 code, head’s name or its pinyin initials',
        }),
      ),
      village: Type.Optional(RegionCode),
      category: Type.Optional(Type.Enum(householdCategories)),
      crop: Type.Optional(Type.String()),
    }),
    answer: Paged(HouseholdRow),
  },
  household: {
    method: 'GET',
    path: '/api/counties/:county/households/:id',
    summary: '一户（打码）One household, masked',
    who: ['keeper', 'cadre', 'operator', 'platform', 'auditor'],
    params: one,
    answer: Household,
    refusals: ['not-found'],
  },
  addHousehold: {
    method: 'POST',
    path: '/api/counties/:county/households',
    summary: '登记农户 Register a household',
    who: ['keeper', 'cadre', 'operator'],
    params: inCounty,
    body: HouseholdInput,
    answer: Household,
    refusals: [
      'county-not-open',
      'region-code-broken',
      'village-outside-county',
      'village-outside-your-region',
      'head-missing',
      'id-number-wrong',
      'yields-wrong',
      'crop-unknown',
      'id-number-taken',
    ],
  },
  changeHousehold: {
    method: 'PUT',
    path: '/api/counties/:county/households/:id',
    summary: '修改类别与可产量 Change category and what it can yield',
    who: ['keeper', 'cadre', 'operator'],
    params: one,
    body: Input({ category: Type.Enum(householdCategories), yields: HouseholdInput.properties.yields }),
    answer: Household,
    refusals: ['not-found', 'yields-wrong', 'crop-unknown'],
  },
  mergeHouseholds: {
    method: 'POST',
    path: '/api/counties/:county/households/:id/merging',
    summary: '并户：重复登记的一户并到另一户 Merge a household written down twice into the other',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ into: Id, reason: Reason }),
    answer: Household,
    refusals: ['not-found', 'household-same', 'household-merged-already', 'household-left'],
  },
  moveHousehold: {
    method: 'POST',
    path: '/api/counties/:county/households/:id/moving',
    summary: '迁村：搬到本县另一个村 Move to another village of the county',
    who: ['cadre', 'operator'],
    params: one,
    body: Input({ village: RegionCode, onDay: Day, reason: Reason }),
    answer: Household,
    refusals: [
      'county-not-open',
      'region-code-broken',
      'village-outside-county',
      'not-found',
      'household-not-here',
      'village-outside-your-region',
      'village-same',
      'move-day-wrong',
    ],
  },
  ...consentRoutes,
  ...cardRoutes,
  readHousehold: {
    method: 'POST',
    path: '/api/counties/:county/households/:id/readings',
    summary: '查看个人信息（留痕）Read personal fields, logged',
    who: ['keeper', 'cadre', 'operator', 'auditor'],
    // Each call is a reading of its own; its answer holds personal data and must not be kept under a key.
    repeatable: true,
    params: one,
    body: Input({ fields: Type.Array(Type.Enum(sensitiveFields), { minItems: 1, uniqueItems: true }), reason: Reason }),
    answer: Household,
    refusals: ['not-found'],
  },
  readings: {
    method: 'GET',
    path: '/api/counties/:county/readings',
    summary: '查看记录 Who read whose file',
    who: ['operator', 'auditor', 'platform'],
    params: inCounty,
    query: Input({ ...PageQuery, household: Type.Optional(Id) }),
    answer: Paged(Reading),
  },

  pairings: {
    method: 'GET',
    path: '/api/counties/:county/pairings',
    summary: '结对 Pairings',
    who: ['keeper', 'cadre', 'operator', 'platform', 'auditor'],
    params: inCounty,
    query: Input({ ...PageQuery, village: Type.Optional(RegionCode) }),
    answer: Paged(Pairing),
  },
  addPairing: {
    method: 'POST',
    path: '/api/counties/:county/pairings',
    summary: '新增结对 Add a pairing',
    who: ['operator', 'cadre'],
    params: inCounty,
    body: Input({
      helperKind: Type.Enum(helperKinds),
      helperName: Name,
      village: RegionCode,
      household: Type.Optional(Nullable(Id)),
      duty: Type.String({ minLength: 2, maxLength: 200 }),
      since: Day,
    }),
    answer: Pairing,
    refusals: [
      'county-not-open',
      'region-code-broken',
      'village-outside-county',
      'village-outside-your-region',
      'household-elsewhere',
    ],
  },
  endPairing: {
    method: 'POST',
    path: '/api/counties/:county/pairings/:id/ending',
    summary: '结束结对 End a pairing',
    who: ['operator', 'cadre'],
    params: one,
    body: Input({ until: Day }),
    answer: Pairing,
    refusals: ['not-found', 'pairing-ended', 'pairing-ends-before-it-begins'],
  },
});
