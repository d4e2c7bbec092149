import { Ajv, type Options } from 'ajv';
import formats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';

const common: Options = { allErrors: true, useDefaults: true, removeAdditional: false, strict: false };

/**
 * Addresses are text, so what stands in them is turned into the type the schema names. A JSON body has types of its
 * own: there a null price must be refused, not quietly become zero.
 */
export function checkInput(app: FastifyInstance): void {
  const address = new Ajv({ ...common, coerceTypes: true });
  const body = new Ajv({ ...common, coerceTypes: false });
  for (const ajv of [address, body]) (formats as unknown as (ajv: Ajv) => void)(ajv);
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? body : address).compile(schema as object));
}
