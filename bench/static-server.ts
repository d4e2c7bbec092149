/** The limit of `bench pages`: the same framework sending the same number of bytes, and nothing else. */
import Fastify from 'fastify';

const body = Buffer.alloc(Number(process.argv[2]), 'x');
const app = Fastify();
app.get('/', (_request, reply) => reply.type('text/html').send(body));
await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.((app.server.address() as { port: number }).port);
