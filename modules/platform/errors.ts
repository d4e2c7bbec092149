/** The languages a person can be answered in. */
export type Lang = 'zh' | 'en';

/** One expected refusal: its HTTP status, the input field it is about, and what it says; {name} is filled from the detail. */
export interface RefusalText {
  status: 400 | 401 | 403 | 404 | 406 | 409 | 410 | 413 | 415 | 422 | 426 | 429 | 503;
  field?: string;
  zh: string;
  en: string;
}
export type RefusalTable = Record<string, RefusalText>;
export type RefusalDetail = Record<string, string | number | boolean | null | undefined | readonly unknown[]>;

/** One field of the input and what is wrong with it. */
export interface FieldError {
  field: string;
  code: string;
  message: string;
}

/** An expected "no": it has a stable code, says why in the reader's language, and undoes the whole act. */
export class Refusal extends Error {
  readonly code: string;
  readonly text: RefusalText;
  readonly detail: RefusalDetail;
  constructor(code: string, text: RefusalText, detail: RefusalDetail) {
    // Where an expected "no" came from is known by its code; in a rush of refusals a stack each is what costs most.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(`${code}: ${fill(text.en, detail)}`);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'Refusal';
    this.code = code;
    this.text = text;
    this.detail = detail;
  }
  say(lang: Lang): string {
    return fill(this.text[lang], this.detail);
  }
}

const fill = (text: string, detail: RefusalDetail) =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => (detail[name] == null ? '' : String(detail[name])));

/**
 * Gives a module its `refuse(code, detail)`: the code is checked by the compiler against the module's table.
 * @example throw refuse('village-outside-county', { village, county })
 */
export function refuser<T extends RefusalTable>(table: T) {
  return (code: keyof T & string, detail: RefusalDetail = {}): Refusal =>
    new Refusal(code, table[code] as RefusalText, detail);
}

/** Refusals that any route can give. */
export const platformRefusals = {
  'bad-input': { status: 400, zh: '有几处填写不对，请改后再试', en: 'Some fields are not right; please correct them' },
  'not-signed-in': { status: 401, zh: '请先登录', en: 'Please sign in first' },
  'not-allowed': { status: 403, zh: '你没有权限做这件事', en: 'You are not allowed to do this' },
  'not-found': { status: 404, zh: '没有找到', en: 'Not found' },
  'county-not-open': {
    status: 404,
    field: 'county',
    zh: '{county} 这个县还没有开通',
    en: 'County {county} is not open',
  },
  'idempotency-key-missing': {
    status: 400,
    field: 'Idempotency-Key',
    zh: '缺少 Idempotency-Key 请求头（8 到 64 个字母、数字、- 或 _）',
    en: 'Header Idempotency-Key is missing (8 to 64 letters, digits, - or _)',
  },
  'idempotency-key-reused': {
    status: 409,
    field: 'Idempotency-Key',
    zh: '这个 Idempotency-Key 已用于内容不同的请求',
    en: 'This Idempotency-Key was already used with other content',
  },
  'too-many-requests': { status: 429, zh: '太频繁了，请稍后再试', en: 'Too many requests; please try again later' },
  'file-too-large': {
    status: 413,
    field: 'file',
    zh: '文件太大，最多 {limit} MB',
    en: 'The file is too large; at most {limit} MB',
  },
  'file-type-not-allowed': {
    status: 415,
    field: 'file',
    zh: '只能上传 JPEG、PNG 或 WebP 图片',
    en: 'Only JPEG, PNG or WebP pictures can be uploaded',
  },
  'region-code-broken': {
    status: 422,
    field: 'region',
    zh: '区划代码「{code}」不对：要 12 位数字，且在官方区划里',
    en: 'Region code "{code}" is not right: 12 digits from the official list are needed',
  },
} as const satisfies RefusalTable;

export const refusePlatform = refuser(platformRefusals);
