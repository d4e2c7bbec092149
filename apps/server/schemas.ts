import { Ajv, type Options, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import fastJson from 'fast-json-stringify';
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';

const common: Options = { allErrors: true, useDefaults: true, removeAdditional: false, strict: false };

/**
 * Checks what comes in and writes what goes out by the contracts' schemas. Their code is made when a route is first
 * asked for: of hundreds of routes a process serves a few, and the code of all took a tenth of its memory.
 * `checkContracts` (tools/contracts.ts) makes all of it beforehand, so that no schema fails in use.
 */
export function bindSchemas(app: FastifyInstance): void {
  const { input, answer } = compilers();
  app.setValidatorCompiler((part) => {
    let check: ValidateFunction | undefined;
    return (value: unknown) => {
      check ??= input(part);
      return check(value) ? true : { error: check.errors as never };
    };
  });
  app.setSerializerCompiler(({ schema }) => {
    let write: ReturnType<typeof answer> | undefined;
    return (value: unknown) => {
      write ??= answer(schema);
      return write(value);
    };
  });
}

/**
 * Makes code of schemas. Addresses are text, so what stands in them is turned into the type the schema names. A JSON
 * body has types of its own: there a null price must be refused, not quietly become zero.
 *
 * @throws Error where a schema is none
 */
export function compilers() {
  const address = new Ajv({ ...common, coerceTypes: true });
  const body = new Ajv({ ...common, coerceTypes: false });
  for (const ajv of [address, body]) (formats as unknown as (ajv: Ajv) => void)(ajv);
  return {
    input: ({ schema, httpPart }: Pick<Parameters<FastifySchemaCompiler<object>>[0], 'schema' | 'httpPart'>) =>
      (httpPart === 'body' ? body : address).compile(schema),
    answer: (schema: unknown) => fastJson(schema as Parameters<typeof fastJson>[0]),
  };
}
