import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type FieldError, type Lang, platformRefusals, Refusal } from '../errors.ts';
import { GoneError } from '../gather.ts';

const title400: Record<Lang, string> = { zh: '请求格式不对', en: 'The request is not right' };

/** Chinese unless the reader asks for English first. */
export function langOf(request: Pick<FastifyRequest, 'headers'>): Lang {
  const wanted = request.headers['accept-language'] ?? '';
  const en = wanted.search(/\ben\b/i);
  const zh = wanted.search(/\bzh\b/i);
  return en >= 0 && (zh < 0 || en < zh) ? 'en' : 'zh';
}

interface AjvError {
  keyword: string;
  instancePath: string;
  params: Record<string, unknown>;
  message?: string;
}

/** What each JSON-Schema keyword means to a person. */
const keywords: Record<string, (p: Record<string, unknown>) => Record<Lang, string>> = {
  required: () => ({ zh: '必填', en: 'is required' }),
  type: (p) => ({ zh: `应为${typeNames[String(p.type)] ?? p.type}`, en: `must be ${p.type}` }),
  minimum: (p) => ({ zh: `不能小于 ${p.limit}`, en: `must be at least ${p.limit}` }),
  maximum: (p) => ({ zh: `不能大于 ${p.limit}`, en: `must be at most ${p.limit}` }),
  exclusiveMinimum: (p) => ({ zh: `必须大于 ${p.limit}`, en: `must be above ${p.limit}` }),
  minLength: (p) => ({ zh: `至少 ${p.limit} 个字`, en: `needs at least ${p.limit} characters` }),
  maxLength: (p) => ({ zh: `最多 ${p.limit} 个字`, en: `takes at most ${p.limit} characters` }),
  minItems: (p) => ({ zh: `至少 ${p.limit} 项`, en: `needs at least ${p.limit} items` }),
  maxItems: (p) => ({ zh: `最多 ${p.limit} 项`, en: `takes at most ${p.limit} items` }),
  uniqueItems: () => ({ zh: '有重复', en: 'has duplicates' }),
  pattern: (p) => ({ zh: `格式不对（${p.pattern}）`, en: `does not match ${p.pattern}` }),
  format: (p) => ({ zh: `格式不对（${p.format}）`, en: `is not a valid ${p.format}` }),
  enum: (p) => ({ zh: `只能是 ${list(p.allowedValues)}`, en: `must be one of ${list(p.allowedValues)}` }),
  const: (p) => ({ zh: `只能是 ${p.allowedValue}`, en: `must be ${p.allowedValue}` }),
  additionalProperties: () => ({ zh: '没有这个字段', en: 'is not a known field' }),
};
const typeNames: Record<string, string> = {
  integer: '整数',
  number: '数字',
  string: '文字',
  boolean: '是或否',
  array: '列表',
  object: '对象',
  null: '空',
};
const list = (values: unknown) => (Array.isArray(values) ? values.join(' / ') : String(values));

/** One line per field that is wrong, in the reader's language. A union's own branches say nothing to a person and are folded. */
export function fieldErrors(errors: readonly AjvError[], lang: Lang): FieldError[] {
  const folded = new Map<string, FieldError>();
  const literals = new Map<string, unknown[]>();
  for (const e of errors) {
    if (e.keyword === 'const')
      literals.set(e.instancePath, [...(literals.get(e.instancePath) ?? []), e.params.allowedValue]);
  }
  for (const e of errors) {
    if (e.keyword === 'anyOf') continue;
    const own = (e.params.missingProperty ?? e.params.additionalProperty) as string | undefined;
    const field = [...e.instancePath.split('/').filter(Boolean), ...(own ? [own] : [])].join('.') || 'body';
    if (folded.has(field)) continue;
    const allowed = literals.get(e.instancePath);
    const text =
      e.keyword === 'const' && allowed && allowed.length > 1
        ? keywords.enum?.({ allowedValues: allowed })
        : keywords[e.keyword]?.(e.params);
    folded.set(field, { field, code: e.keyword, message: text?.[lang] ?? e.message ?? e.keyword });
  }
  return [...folded.values()];
}

/**
 * The one place that decides what a failure looks like from outside: problem+json (RFC 9457). Refusals and schema
 * errors say which field and why; anything else is a bug, is logged whole, and tells the reader nothing but its number.
 */
export function answerProblem(
  error: FastifyError | Refusal | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const lang = langOf(request);
  const send = (status: number, code: string, title: string, errors: FieldError[] = [], detail: object = {}) =>
    reply
      .code(status)
      .type('application/problem+json')
      .header('content-language', lang)
      .send(JSON.stringify({ type: `/problems/${code}`, status, code, title, errors, detail }));

  if (error instanceof Refusal) {
    const field = error.text.field;
    const title = error.say(lang);
    const { retryAfter } = error.detail;
    if (typeof retryAfter === 'number') reply.header('retry-after', retryAfter);
    send(
      error.text.status,
      error.code,
      title,
      field ? [{ field, code: error.code, message: title }] : [],
      error.detail,
    );
    return;
  }
  if (error instanceof GoneError) {
    // Nobody hears it: the caller hung up before their turn came.
    send(400, 'bad-request', title400[lang]);
    return;
  }
  if ('validation' in error && error.validation) {
    const errors = fieldErrors(error.validation as AjvError[], lang);
    send(400, 'bad-input', platformRefusals['bad-input'][lang], errors);
    return;
  }
  // PostgreSQL takes no NUL in a text (22021) nor in JSON (22P05); nothing that people type holds one.
  if ('code' in error && (error.code === '22021' || error.code === '22P05')) {
    send(400, 'bad-input', platformRefusals['bad-input'][lang]);
    return;
  }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status === 413) {
    const text = platformRefusals['file-too-large'];
    const title = text[lang].replace('{limit}', '10');
    send(413, 'file-too-large', title, [{ field: text.field, code: 'file-too-large', message: title }]);
    return;
  }
  if (status === 429) {
    send(429, 'too-many-requests', platformRefusals['too-many-requests'][lang]);
    return;
  }
  if (status < 500) {
    send(status, 'bad-request', lang === 'zh' ? title400.zh : error.message);
    return;
  }
  request.log.error({ err: error }, 'unexpected failure');
  send(
    500,
    'internal',
    lang === 'zh'
      ? `出了差错，请稍后再试（编号 ${request.id}）`
      : `Something failed; please try again later (number ${request.id})`,
  );
}
