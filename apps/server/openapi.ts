import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';

/** OpenAPI 3.1, made from the same contracts that check the input: GET /api/openapi.json. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Shanhuo 山货',
        version: '0.1.0',
        description:
          'Money is in whole fen, weight in whole grams, days are Asia/Shanghai. Writes take an Idempotency-Key; refusals are problem+json.',
      },
    },
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
