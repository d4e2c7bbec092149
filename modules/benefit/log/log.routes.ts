import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Context } from '#platform/context.ts';
import { refusePlatform } from '#platform/errors.ts';
import { serve } from '#platform/http/serve.ts';
import { toBase64 } from '#platform/tlog/bytes.ts';
import { type Checkpoint, formatKey } from '#platform/tlog/note.ts';
import { parseTilePath } from '#platform/tlog/tiles.ts';
import { qrPath } from '#trace';
import { addCosignatures, knownWitnesses } from './cosign.ts';
import { logRoutes as routes } from './log.contract.ts';
import { activeKeys, ensureLogKey } from './log-keys.ts';
import { eraseOpenings, householdOpening, orderOpenings, ownOpening } from './openings.ts';
import {
  checkpointAt,
  consistencyProof,
  inclusionProof,
  publicTotals,
  signedCheckpoint,
  tileFile,
  witnessedCheckpoint,
} from './read-log.ts';

const tree = ({ origin, size, root }: Checkpoint) => ({ origin, size, root: toBase64(root) });

export function serveLog(app: FastifyInstance, at: Context): void {
  serveFilesOfLog(app, at);
  serve(app, routes.publicLog, async () => {
    await ensureLogKey(at);
    return {
      ...tree(await checkpointAt(at)),
      prefix: `${at.publicUrl}/log`,
      keys: (await activeKeys(at.db)).map(({ key }) => formatKey(key)),
      witnesses: knownWitnesses(at).map(formatKey),
    };
  });
  serve(app, routes.logInclusion, async ({ query: { index, size } }) => {
    const { checkpoint, entry, hashes } = await inclusionProof(at, index, size);
    return { ...tree(checkpoint), index, entry: toBase64(entry), hashes: hashes.map(toBase64) };
  });
  serve(app, routes.logConsistency, async ({ query: { from, to } }) => {
    const { checkpoint, hashes } = await consistencyProof(at, from, to);
    return { ...tree(checkpoint), from, hashes: hashes.map(toBase64) };
  });
  serve(app, routes.addCosignatures, async ({ body }) => ({ taken: await addCosignatures(at, body.note) }));
  serve(app, routes.publicTotals, async ({ params: { county } }) => {
    const { totals, ...of } = await publicTotals(at, county);
    return { ...tree(of), totals };
  });
  serve(app, routes.ownOpening, async ({ by, params: { county, id } }) => {
    const shown = await ownOpening(at, by, { county, entry: id });
    return { ...shown, qr: qrPath(shown.url) };
  });
  serve(app, routes.householdOpening, ({ by, params: { county, id }, body }) =>
    householdOpening(at, by, { county, household: id, ...body }),
  );
  serve(app, routes.orderOpenings, ({ by, params: { county, id } }) => orderOpenings(at, by, { county, order: id }));
  serve(app, routes.eraseOpenings, ({ by, params: { county, id }, body, key }) =>
    eraseOpenings(at, by, { county, household: id, ...body }, key),
  );
}

const YEAR = 365 * 24 * 3600;
const anyone = { 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' };

/** The log as files (C2SP tlog-tiles), for any program and from any page. */
function serveFilesOfLog(app: FastifyInstance, at: Context): void {
  const options = { helmet: false as const, schema: { hide: true } };
  const note = (reply: FastifyReply, text: string) =>
    reply.headers(anyone).header('cache-control', 'no-cache').type('text/plain; charset=utf-8').send(text);
  app.get('/log/checkpoint', options, async (_request, reply) => note(reply, await signedCheckpoint(at)));
  app.get('/log/checkpoint/witnessed', options, async (_request, reply) => note(reply, await witnessedCheckpoint(at)));
  app.get<{ Params: { '*': string } }>('/log/tile/*', options, async (request, reply) => {
    const tile = parseTilePath(`tile/${request.params['*']}`);
    const bytes = tile && (await tileFile(at.db, tile));
    if (!bytes) throw refusePlatform('not-found');
    return reply
      .headers(anyone)
      .header('cache-control', `public, max-age=${YEAR}, immutable`)
      .type('application/octet-stream')
      .send(bytes);
  });
  app.get<{ Params: { county: string } }>('/log/totals/:county.json', options, async (request, reply) => {
    const county = Number(request.params.county);
    if (!/^\d{6}$/.test(request.params.county)) throw refusePlatform('not-found');
    const { totals, ...of } = await publicTotals(at, county);
    const text = JSON.stringify({ ...tree(of), totals });
    return reply.headers(anyone).header('cache-control', 'no-cache').type('application/json').send(text);
  });
}
