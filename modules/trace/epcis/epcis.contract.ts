import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract, type Route } from '#platform/http/contract.ts';
import { County, Id, Input, Instant, Nullable, Paged, PageQuery, Reason } from '#platform/http/schemas.ts';
import { subscriptionEnds, subscriptionStates } from './subscription-states.ts';

/**
 * EPCIS 2.0 as GS1's OpenAPI describes it, each county a repository of its own: /api/counties/{county}/epcis. Where its
 * words and the house's differ the standard's are kept: its headers, its pages, its exceptions as problem+json.
 */
export const epcisRefusals = {
  'epcis-invalid': {
    status: 400,
    zh: '文档有 {faults} 处错误，第一处在 {pointer}',
    en: 'The document has {faults} faults, the first at {pointer}: {why}',
  },
  'epcis-not-json': { status: 400, zh: '这不是 JSON：{why}', en: 'This is not JSON: {why}' },
  'epcis-too-many-events': {
    status: 413,
    zh: '一次最多采集 {most} 个事件，这里有 {events} 个',
    en: 'At most {most} events can be captured at once; there are {events}',
  },
  'epcis-behaviour-unknown': {
    status: 400,
    field: 'GS1-Capture-Error-Behaviour',
    zh: 'GS1-Capture-Error-Behaviour 只能是 rollback 或 proceed',
    en: 'GS1-Capture-Error-Behaviour must be rollback or proceed',
  },
  'epcis-event-differs': {
    status: 409,
    field: 'eventID',
    zh: '事件号 {eventId} 已用于内容不同的事件',
    en: 'Event ID {eventId} is taken by an event with other content',
  },
  'epcis-event-not-found': { status: 404, zh: '没有这个事件', en: 'No such event' },
  'epcis-capture-not-found': { status: 404, zh: '没有这次采集', en: 'No such capture job' },
  'epcis-value-not-found': { status: 404, zh: '没有事件提到 {value}', en: 'No event mentions {value}' },
  'epcis-query-not-found': { status: 404, zh: '没有名为 {name} 的查询', en: 'No query is named {name}' },
  'epcis-query-exists': { status: 409, field: 'name', zh: '已有名为 {name} 的查询', en: 'A query named {name} exists' },
  'epcis-query-parameter': { status: 400, zh: '参数 {parameter}：{why}', en: 'Parameter {parameter} {why}' },
  'epcis-subscription-controls': {
    status: 400,
    zh: '订阅要写 stream 为 true（有新事件就送）或 schedule（到时间送），二者只写一个',
    en: 'A subscription has either stream: true (told as events come) or a schedule',
  },
  'epcis-query-not-standing': {
    status: 400,
    zh: '这个查询有 {parameter}，不能订阅：订阅按先后把每个事件送一次，不排序也不限数',
    en: 'A query with {parameter} cannot be subscribed to: each event is told once, in the order they came',
  },
  'epcis-subscriptions-too-many': {
    status: 403,
    zh: '一个人在一个县最多 {most} 个订阅',
    en: 'One person has at most {most} subscriptions in a county',
  },
  'epcis-sockets-too-many': {
    status: 403,
    zh: '一个人在一个县最多同时开 {most} 个连接',
    en: 'One person has at most {most} sockets open in a county',
  },
  'epcis-upgrade-required': {
    status: 426,
    zh: '在这里订阅要用 WebSocket：请求没有升级，或者中间的代理没有转交 Upgrade',
    en: 'To subscribe here takes a WebSocket: the request was not upgraded, or a proxy did not pass on its Upgrade',
  },
  'epcis-subscription-not-found': { status: 404, zh: '没有这个订阅', en: 'No such subscription' },
  'epcis-subscription-moved': {
    status: 409,
    zh: '这个订阅{state}，不能这样做',
    en: 'This subscription is {stateEn}; that cannot be done',
  },
  'epcis-subscription-paused-by-county': {
    status: 409,
    zh: '这个订阅是县里暂停的，要由县里恢复',
    en: 'The county paused this subscription; the county resumes it',
  },
  'epcis-query-too-large': {
    status: 413,
    zh: '符合的事件多于 {most} 个',
    en: 'More than {most} events fit',
  },
  'epcis-query-too-complex': {
    status: 413,
    zh: '这个查询太复杂：条件太多，或要找太久',
    en: 'This query is too complex: it has too many conditions or takes too long',
  },
  'epcis-not-acceptable': {
    status: 406,
    zh: '只能以 JSON 回答，标识只能是 GS1 Digital Link 或原样',
    en: 'Answers are JSON only, with identifiers as GS1 Digital Links or as captured',
  },
} as const satisfies RefusalTable;

/** The standard's business steps (CBV 2.0, 7.1) as people read them. */
export const bizStepWords: Readonly<Record<string, { zh: string; en: string }>> = {
  accepting: { zh: '验收', en: 'Accepted' },
  arriving: { zh: '到达', en: 'Arrived' },
  assembling: { zh: '组装', en: 'Assembled' },
  collecting: { zh: '收集', en: 'Collected' },
  commissioning: { zh: '入批', en: 'Came into being' },
  consigning: { zh: '托运', en: 'Consigned' },
  creating_class_instance: { zh: '制成', en: 'Made' },
  cycle_counting: { zh: '循环盘点', en: 'Counted' },
  decommissioning: { zh: '注销', en: 'Taken out of use' },
  departing: { zh: '出发', en: 'Departed' },
  destroying: { zh: '销毁', en: 'Destroyed' },
  disassembling: { zh: '拆解', en: 'Taken apart' },
  dispensing: { zh: '分发', en: 'Dispensed' },
  encoding: { zh: '写码', en: 'Encoded' },
  entering_exiting: { zh: '进出', en: 'Passed through' },
  holding: { zh: '暂扣', en: 'Held' },
  inspecting: { zh: '检验', en: 'Inspected' },
  installing: { zh: '安装', en: 'Installed' },
  killing: { zh: '停用标签', en: 'Tag killed' },
  loading: { zh: '装车', en: 'Loaded' },
  other: { zh: '其他', en: 'Other' },
  packing: { zh: '包装', en: 'Packed' },
  picking: { zh: '拣货', en: 'Picked' },
  receiving: { zh: '收货', en: 'Received' },
  removing: { zh: '移出', en: 'Removed' },
  repackaging: { zh: '换包装', en: 'Repackaged' },
  repairing: { zh: '修理', en: 'Repaired' },
  replacing: { zh: '更换', en: 'Replaced' },
  reserving: { zh: '预留', en: 'Reserved' },
  retail_selling: { zh: '零售', en: 'Sold' },
  sampling: { zh: '抽样', en: 'Sampled' },
  sensor_reporting: { zh: '传感记录', en: 'Sensors reported' },
  shipping: { zh: '发货', en: 'Shipped' },
  staging_outbound: { zh: '待发', en: 'Staged' },
  stock_taking: { zh: '盘点', en: 'Stock taken' },
  stocking: { zh: '入库', en: 'Stocked' },
  storing: { zh: '储存', en: 'Stored' },
  transporting: { zh: '运输', en: 'Transported' },
  unloading: { zh: '卸货', en: 'Unloaded' },
  unpacking: { zh: '拆包', en: 'Unpacked' },
  void_shipping: { zh: '发货作废', en: 'Shipping voided' },
};
export const eventTypeWords: Readonly<Record<string, { zh: string; en: string }>> = {
  ObjectEvent: { zh: '对象事件', en: 'Object event' },
  AggregationEvent: { zh: '聚合事件', en: 'Aggregation event' },
  TransactionEvent: { zh: '交易事件', en: 'Transaction event' },
  TransformationEvent: { zh: '转化事件', en: 'Transformation event' },
  AssociationEvent: { zh: '关联事件', en: 'Association event' },
};

/** A document of the standard: its schema is GS1's, not ours to repeat. */
const Document = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true });
const Text = Type.Unsafe<string>({});
const Collection = Type.Object({ '@context': Type.String(), type: Type.String(), member: Type.Array(Type.String()) });

export const CaptureJob = Type.Object({
  captureID: Id,
  createdAt: Instant,
  finishedAt: Type.Optional(Instant),
  running: Type.Boolean(),
  success: Type.Boolean(),
  captureErrorBehaviour: Type.Enum(['rollback', 'proceed']),
  errors: Type.Array(
    Type.Object({
      type: Type.String(),
      title: Type.String(),
      /** JSON pointer into the document that was sent */
      instance: Type.String(),
      detail: Type.String(),
    }),
  ),
  /** beyond the standard: how many events the document held, and how many of them are new here */
  events: Type.Integer(),
  captured: Type.Integer(),
});

const ScheduleField = Type.Optional(Type.String());
const Schedule = Type.Object({
  ...{ second: ScheduleField, minute: ScheduleField, hour: ScheduleField },
  ...{ dayOfMonth: ScheduleField, month: ScheduleField, dayOfWeek: ScheduleField },
});
/** Who is told of a query's new events. The token that signs what is sent is never told. */
export const Subscription = Type.Object({
  subscriptionID: Id,
  queryName: Type.String(),
  dest: Type.String(),
  createdAt: Instant,
  stream: Type.Optional(Type.Literal(true)),
  schedule: Type.Optional(Schedule),
  reportIfEmpty: Type.Boolean(),
  initialRecordTime: Instant,
  /** what was recorded before this was told */
  minRecordTime: Instant,
  lastNotifiedAt: Type.Optional(Instant),
  epcFormat: Type.String(),
  /** beyond the standard: whether what is sent is signed, and what went wrong since it last went well */
  signed: Type.Boolean(),
  failures: Type.Optional(Type.Integer()),
  lastFailure: Type.Optional(Type.String()),
  pausedAt: Type.Optional(Instant),
});

/** A subscription as screens show it. */
export const CountySubscription = Type.Object({
  id: Id,
  queryName: Type.String(),
  /** null: the query was removed */
  query: Nullable(Document),
  dest: Type.String(),
  signed: Type.Boolean(),
  reportIfEmpty: Type.Boolean(),
  /** null: each event as it comes */
  schedule: Nullable(Schedule),
  byName: Type.String(),
  byOrgs: Type.Array(Type.String()),
  createdAt: Instant,
  state: Type.Enum(subscriptionStates),
  lastNotifiedAt: Nullable(Instant),
  /** since it last went well */
  failures: Type.Integer(),
  lastFailure: Nullable(Type.String()),
  /** null: paused or ended */
  nextAt: Nullable(Instant),
  endedAt: Nullable(Instant),
  endedBecause: Nullable(Type.Enum(subscriptionEnds)),
  /** who paused, resumed or ended it last */
  lastMove: Nullable(Type.Object({ at: Instant, byName: Type.String(), byCounty: Type.Boolean(), why: Type.String() })),
  /** whoever asks may pause, test and end it */
  mayChange: Type.Boolean(),
});

/** An event as screens show it; `document` is the event whole. */
export const TraceEvent = Type.Object({
  id: Id,
  eventId: Type.String(),
  type: Type.String(),
  action: Nullable(Type.String()),
  /** the bare word of CBV, or an address */
  bizStep: Nullable(Type.String()),
  disposition: Nullable(Type.String()),
  at: Instant,
  recordedAt: Instant,
  /** where: the village's name, or the identifier of a place elsewhere */
  place: Nullable(Type.String()),
  /** what it is about, as identifiers: things, classes with their quantity */
  things: Type.Array(
    Type.Object({
      uri: Type.String(),
      role: Type.Enum(['thing', 'parent', 'input', 'output']),
      quantity: Nullable(Type.Number()),
      unit: Nullable(Type.String()),
    }),
  ),
  /** true for what others gave us */
  outside: Type.Boolean(),
  /** who gave it to us */
  byOrg: Nullable(Type.String()),
  /** declared wrong since, or itself the declaration */
  declaredWrong: Type.Boolean(),
  document: Document,
});
/** What anyone may know of an event of others: the standard's words, never free text. */
export const OutsideEvent = Type.Object({
  bizStep: Nullable(Type.String()),
  at: Instant,
  place: Nullable(Type.String()),
  byOrg: Type.String(),
});

const inCounty = Type.Object({ county: County });
const valueIn = Type.Object({ county: County, value: Type.String({ maxLength: 400 }) });
const named = Type.Object({ county: County, name: Type.String({ pattern: '^[\\w.~-]{1,60}$' }) });
const subscribed = Type.Object({ ...named.properties, subscription: Id });
const staff = ['keeper', 'merchant', 'operator', 'platform', 'auditor'] as const;
const capturers = ['merchant', 'operator'] as const;
const subscribers = [...capturers, 'platform', 'auditor'] as const;
const page = {
  perPage: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 30 })),
  nextPageToken: Type.Optional(Type.String({ maxLength: 400 })),
};
/** What a subscription on a socket says; only there. Texts, so that a fault is told in the same words as a webhook's. */
const control = Type.Optional(Type.String({ maxLength: 400 }));
const controls = {
  ...{ stream: control, reportIfEmpty: control, initialRecordTime: control },
  ...{ second: control, minute: control, hour: control, dayOfMonth: control, month: control, dayOfWeek: control },
};
const one = Type.Optional(Type.String({ maxLength: 4000 }));
/** The parameters that have one name; those with a type, a unit or a namespace in theirs are taken as well. */
const EventQuery = Type.Object({
  ...page,
  ...{ eventType: one, GE_eventTime: one, LT_eventTime: one, GE_recordTime: one, LT_recordTime: one, EQ_action: one },
  ...{ EQ_bizStep: one, EQ_disposition: one, EQ_persistentDisposition_set: one, EQ_persistentDisposition_unset: one },
  ...{ EQ_readPoint: one, WD_readPoint: one, EQ_bizLocation: one, WD_bizLocation: one, EQ_transformationID: one },
  ...{ MATCH_epc: one, MATCH_parentID: one, MATCH_inputEPC: one, MATCH_outputEPC: one, MATCH_anyEPC: one },
  ...{ MATCH_epcClass: one, MATCH_inputEPCClass: one, MATCH_outputEPCClass: one, MATCH_anyEPCClass: one },
  ...{ EQ_quantity: one, GT_quantity: one, GE_quantity: one, LT_quantity: one, LE_quantity: one },
  ...{ EQ_eventID: one, EXISTS_errorDeclaration: one, GE_errorDeclarationTime: one, LT_errorDeclarationTime: one },
  ...{ EQ_errorReason: one, EQ_correctiveEventID: one, EXISTS_sensorElementList: one, EQ_type: one, EQ_deviceID: one },
  ...{ GE_startTime: one, LT_startTime: one, GE_endTime: one, LT_endTime: one, EQ_dataProcessingMethod: one },
  ...{ EQ_microorganism: one, EQ_chemicalSubstance: one, EQ_bizRules: one, EQ_stringValue: one },
  ...{ EQ_hexBinaryValue: one, EQ_uriValue: one, EQ_booleanValue: one },
  ...{ orderBy: one, orderDirection: one, eventCountLimit: one, maxEventCount: one },
});
const queryRefusals = [
  'epcis-query-parameter',
  'epcis-query-too-large',
  'epcis-query-too-complex',
  'epcis-not-acceptable',
] as const;

const epcis = '/api/counties/:county/epcis';

const values = <const P extends string>(path: P, what: string) =>
  ({
    method: 'GET',
    path: `${epcis}/${path}`,
    summary: `EPCIS：${what} known here`,
    who: staff,
    params: inCounty,
    query: Type.Object(page),
    answer: Collection,
  }) as const satisfies Route;
const value = <const P extends string>(path: P, what: string) =>
  ({
    method: 'GET',
    path: `${epcis}/${path}/:value`,
    summary: `EPCIS：one of the ${what}`,
    who: staff,
    params: valueIn,
    answer: Collection,
    refusals: ['epcis-value-not-found'],
  }) as const satisfies Route;
const eventsOf = <const P extends string>(path: P, what: string) =>
  ({
    method: 'GET',
    path: `${epcis}/${path}/:value/events`,
    summary: `EPCIS：events of one of the ${what}`,
    who: staff,
    params: valueIn,
    query: EventQuery,
    answer: Document,
    refusals: queryRefusals,
  }) as const satisfies Route;

const moveOf = <const N extends string>(noun: N, summary: string) =>
  ({
    method: 'POST',
    path: `/api/counties/:county/trace-subscriptions/:id/${noun}`,
    summary,
    who: capturers,
    params: Type.Object({ county: County, id: Id }),
    body: Input({ why: Reason }),
    refusals: [
      'epcis-subscription-not-found',
      'not-allowed',
      'epcis-subscription-moved',
      'epcis-subscription-paused-by-county',
    ],
  }) as const satisfies Route;

export const epcisRoutes = contract({
  epcisResources: {
    method: 'GET',
    path: epcis,
    summary: 'EPCIS 2.0 事件库 The resources of the county’s EPCIS repository',
    who: staff,
    params: inCounty,
    answer: Collection,
  },
  epcisCapture: {
    method: 'POST',
    path: `${epcis}/capture`,
    summary: 'EPCIS 采集文档 Capture a document; answers 202 with the address of the job',
    who: capturers,
    // An event is its content, so that the same document again adds nothing.
    repeatable: true,
    raw: true,
    params: inCounty,
    body: Text,
    answer: CaptureJob,
    refusals: ['epcis-invalid', 'epcis-not-json', 'epcis-too-many-events', 'epcis-behaviour-unknown'],
  },
  epcisCaptures: {
    method: 'GET',
    path: `${epcis}/capture`,
    summary: 'EPCIS 采集记录 Capture jobs, newest first',
    who: staff,
    params: inCounty,
    query: Type.Object(page),
    answer: Type.Array(CaptureJob),
  },
  epcisCaptureJob: {
    method: 'GET',
    path: `${epcis}/capture/:id`,
    summary: 'EPCIS 一次采集 One capture job',
    who: staff,
    params: Type.Object({ county: County, id: Id }),
    answer: CaptureJob,
    refusals: ['epcis-capture-not-found'],
  },
  epcisAddEvent: {
    method: 'POST',
    path: `${epcis}/events`,
    summary: 'EPCIS 采集一个事件 Capture one event at once',
    who: capturers,
    repeatable: true,
    raw: true,
    params: inCounty,
    body: Text,
    refusals: ['epcis-invalid', 'epcis-not-json', 'epcis-event-differs'],
  },
  epcisEvents: {
    method: 'GET',
    path: `${epcis}/events`,
    summary: 'EPCIS 查询事件 Events by the standard’s parameters',
    who: staff,
    params: inCounty,
    query: EventQuery,
    answer: Document,
    refusals: queryRefusals,
  },
  epcisEvent: {
    method: 'GET',
    path: `${epcis}/events/:value`,
    summary: 'EPCIS 一个事件 One event, with what declared it wrong',
    who: staff,
    params: valueIn,
    answer: Document,
    refusals: ['epcis-event-not-found', 'epcis-not-acceptable'],
  },
  epcisEventTypes: values('eventTypes', 'event types'),
  epcisEventType: value('eventTypes', 'event types'),
  epcisEventTypeEvents: eventsOf('eventTypes', 'event types'),
  epcisEpcs: values('epcs', 'identifiers'),
  epcisEpc: value('epcs', 'identifiers'),
  epcisEpcEvents: eventsOf('epcs', 'identifiers'),
  epcisBizSteps: values('bizSteps', 'business steps'),
  epcisBizStep: value('bizSteps', 'business steps'),
  epcisBizStepEvents: eventsOf('bizSteps', 'business steps'),
  epcisBizLocations: values('bizLocations', 'business locations'),
  epcisBizLocation: value('bizLocations', 'business locations'),
  epcisBizLocationEvents: eventsOf('bizLocations', 'business locations'),
  epcisReadPoints: values('readPoints', 'read points'),
  epcisReadPoint: value('readPoints', 'read points'),
  epcisReadPointEvents: eventsOf('readPoints', 'read points'),
  epcisDispositions: values('dispositions', 'dispositions'),
  epcisDisposition: value('dispositions', 'dispositions'),
  epcisDispositionEvents: eventsOf('dispositions', 'dispositions'),
  epcisQueries: {
    method: 'GET',
    path: `${epcis}/queries`,
    summary: 'EPCIS 命名查询 Named queries',
    who: staff,
    params: inCounty,
    query: Type.Object(page),
    answer: Type.Array(Type.Object({ name: Type.String(), query: Document })),
  },
  epcisAddQuery: {
    method: 'POST',
    path: `${epcis}/queries`,
    summary: 'EPCIS 新建命名查询 Name a query',
    who: capturers,
    repeatable: true,
    raw: true,
    params: inCounty,
    body: Text,
    refusals: [
      'epcis-query-exists',
      'epcis-query-parameter',
      'epcis-query-too-complex',
      'epcis-not-json',
      'epcis-invalid',
    ],
  },
  epcisQuery: {
    method: 'GET',
    path: `${epcis}/queries/:name`,
    summary: 'EPCIS 一个命名查询 One named query',
    who: staff,
    params: named,
    answer: Type.Object({ name: Type.String(), query: Document }),
    refusals: ['epcis-query-not-found'],
  },
  epcisRemoveQuery: {
    method: 'DELETE',
    path: `${epcis}/queries/:name`,
    summary: 'EPCIS 删除命名查询 Remove a named query',
    who: capturers,
    repeatable: true,
    params: named,
    refusals: ['epcis-query-not-found'],
  },
  epcisQueryEvents: {
    method: 'GET',
    path: `${epcis}/queries/:name/events`,
    summary:
      'EPCIS 命名查询的事件 Events of a named query; as a WebSocket its new events, as they come or by a schedule',
    who: staff,
    socket: capturers,
    params: named,
    query: Type.Object({ ...page, ...controls }),
    answer: Document,
    refusals: [
      'epcis-query-not-found',
      ...queryRefusals,
      'epcis-upgrade-required',
      'epcis-invalid',
      'epcis-subscription-controls',
      'epcis-query-not-standing',
      'epcis-sockets-too-many',
    ],
  },
  epcisSubscriptions: {
    method: 'GET',
    path: `${epcis}/queries/:name/subscriptions`,
    summary: 'EPCIS 一个查询的订阅 Subscriptions of a named query',
    who: staff,
    params: named,
    query: Type.Object(page),
    answer: Type.Array(Subscription),
    refusals: ['epcis-query-not-found'],
  },
  epcisSubscribe: {
    method: 'POST',
    path: `${epcis}/queries/:name/subscriptions`,
    summary: 'EPCIS 订阅：有新事件就推送 Be told of a query’s new events by a webhook',
    who: capturers,
    // With a key the signature's token would be kept; twice is two subscriptions, of which one is removed.
    repeatable: true,
    raw: true,
    params: named,
    body: Text,
    answer: Subscription,
    refusals: [
      'epcis-query-not-found',
      'epcis-not-acceptable',
      'epcis-not-json',
      'epcis-invalid',
      'epcis-subscription-controls',
      'epcis-query-not-standing',
      'epcis-subscriptions-too-many',
    ],
  },
  epcisSubscription: {
    method: 'GET',
    path: `${epcis}/queries/:name/subscriptions/:subscription`,
    summary: 'EPCIS 一个订阅 One subscription',
    who: staff,
    params: subscribed,
    answer: Subscription,
    refusals: ['epcis-query-not-found', 'epcis-subscription-not-found'],
  },
  epcisUnsubscribe: {
    method: 'DELETE',
    path: `${epcis}/queries/:name/subscriptions/:subscription`,
    summary: 'EPCIS 退订 End a subscription',
    who: capturers,
    repeatable: true,
    params: subscribed,
    refusals: ['epcis-query-not-found', 'epcis-subscription-not-found'],
  },
  /** a token holds nothing here that could be released; clients that tidy up are told that all is well */
  epcisForgetToken: {
    method: 'DELETE',
    path: `${epcis}/nextPageToken/:token`,
    summary: 'EPCIS 释放翻页标记 Release a page token',
    who: staff,
    repeatable: true,
    params: Type.Object({ county: County, token: Type.String({ maxLength: 400 }) }),
  },

  /** The same events for screens: newest first, with names beside identifiers. */
  traceEvents: {
    method: 'GET',
    path: '/api/counties/:county/trace-events',
    summary: '追溯事件 Events as screens show them',
    who: staff,
    params: inCounty,
    query: Input({
      ...PageQuery,
      type: Type.Optional(Type.String({ maxLength: 60 })),
      bizStep: Type.Optional(Type.String({ maxLength: 200 })),
      outside: Type.Optional(Type.Boolean()),
      lot: Type.Optional(Id),
      /** an identifier in any form, or an event's id */
      q: Type.Optional(Type.String({ maxLength: 400 })),
    }),
    answer: Paged(TraceEvent),
  },
  traceSubscriptions: {
    method: 'GET',
    path: '/api/counties/:county/trace-subscriptions',
    summary: '事件订阅 Who is told of the county’s events, over all queries',
    who: subscribers,
    params: inCounty,
    query: Input({ ...PageQuery, state: Type.Optional(Type.Enum([...subscriptionStates, 'failing'])) }),
    answer: Paged(CountySubscription),
  },
  pauseSubscription: moveOf('pause', '暂停订阅 Pause a subscription'),
  resumeSubscription: moveOf('resumption', '恢复订阅 Resume a subscription; what came in between is told'),
  endSubscription: moveOf('ending', '结束订阅 End a subscription'),
  trySubscription: {
    method: 'POST',
    path: '/api/counties/:county/trace-subscriptions/:id/trial',
    summary: '试送：给对方送一份空报告 Send an empty report now, and say what was answered',
    who: capturers,
    // A second try is a second message, which says as little as the first.
    repeatable: true,
    perMinute: 10,
    params: Type.Object({ county: County, id: Id }),
    answer: Type.Object({ failure: Nullable(Type.String()), ms: Type.Integer() }),
    refusals: ['epcis-subscription-not-found', 'not-allowed', 'epcis-subscription-moved'],
  },
  outsideEvents: {
    method: 'GET',
    path: '/api/codes/:gtin/:lot/outside-events',
    summary: '外部证据 What others reported of a lot',
    who: 'anyone',
    params: Type.Object({ gtin: Type.String({ pattern: '^\\d{14}$' }), lot: Type.String({ maxLength: 20 }) }),
    answer: Type.Array(OutsideEvent),
  },
});
