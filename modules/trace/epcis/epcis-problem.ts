import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type FieldError, type Lang, Refusal } from '#platform/errors.ts';
import { answerProblem, langOf } from '#platform/http/problem.ts';
import { type Fault, faultText } from './check-document.ts';

/** The standard's exceptions, for refusals that have one of their own; others go by their HTTP status. */
const exceptions: Record<string, string> = {
  'epcis-query-parameter': 'QueryParameterException',
  'epcis-query-too-large': 'QueryTooLargeException',
  'epcis-subscription-controls': 'SubscriptionControlsException',
  'epcis-query-not-standing': 'SubscriptionControlsException',
  'epcis-upgrade-required': 'SubscriptionControlsException',
  'epcis-query-too-complex': 'QueryTooComplexException',
};
const byStatus: Record<number, string> = {
  400: 'ValidationException',
  401: 'SecurityException',
  403: 'SecurityException',
  404: 'NoSuchNameException',
  406: 'NotAcceptableException',
  409: 'ResourceAlreadyExistsException',
  413: 'CaptureLimitExceededException',
  414: 'URITooLongException',
  415: 'UnsupportedMediaTypeException',
};

/**
 * A refusal in the form of EPCIS: problem+json whose `type` is one of the standard's exceptions. Beside the standard's
 * fields stand ours, `code` and `errors`, which name each faulty place by its JSON pointer.
 */
export function answerEpcisProblem(
  error: FastifyError | Refusal | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const lang = langOf(request);
  const expected = error instanceof Refusal ? { status: error.text.status, code: error.code } : expectedOf(error);
  if (!expected) {
    answerProblem(error, request, reply);
    return;
  }
  const { status, code } = expected;
  const type = exceptions[code] ?? byStatus[status] ?? 'ImplementationException';
  const title = error instanceof Refusal ? error.say(lang) : error.message;
  reply
    .code(status)
    .type('application/problem+json')
    .header('content-language', lang)
    .send(
      JSON.stringify({
        type: `epcisException:${type}`,
        ...{ title, status, code, detail: title, instance: request.url, errors: errorsOf(error, lang) },
      }),
    );
}

/** What Fastify itself refuses: an address or a body that cannot be read. */
function expectedOf(error: FastifyError | Error): { status: number; code: string } | null {
  if ('validation' in error && error.validation) return { status: 400, code: 'bad-input' };
  const status = 'statusCode' in error ? error.statusCode : undefined;
  return status !== undefined && status < 500 && status !== 429 ? { status, code: 'bad-request' } : null;
}

function errorsOf(error: FastifyError | Refusal | Error, lang: Lang): FieldError[] {
  if (!(error instanceof Refusal)) return [];
  const faults = (error.detail.list ?? []) as readonly Fault[];
  if (faults.length > 0) {
    return faults.map((fault) => ({ field: fault.pointer, code: fault.keyword, message: faultText(fault, lang) }));
  }
  const { parameter } = error.detail;
  const field = typeof parameter === 'string' ? parameter : error.text.field;
  return field ? [{ field, code: error.code, message: error.say(lang) }] : [];
}
