import type { FastifyInstance } from 'fastify';
import { overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { RefusalDetail } from '#platform/errors.ts';
import { serve } from '#platform/http/serve.ts';
import { personNames } from '#registry';
import { trace, type traceRefusals } from '../contract.ts';
import { devicePage } from '../devices/devices.queries.ts';
import { recoverDevice, registerDevice } from '../devices/register-device.ts';
import { revokeDevice } from '../devices/revoke-device.ts';
import { purchaseReading } from '../purchases/purchase-views.ts';
import { refuse } from '../refuse.ts';
import { conflictViews } from './conflict-views.ts';
import { confirmNote, reverseConflict } from './decide-conflict.ts';
import { conflictPage, offlineNotePage } from './offline.queries.ts';
import type { NoticeKind } from './offline-states.ts';
import { receiveNotes } from './receive-notes.ts';
import { stationPack } from './station-pack.ts';

export function offlineRoutes(app: FastifyInstance, at: Context): void {
  const { db, sealer } = at;

  serve(app, trace.stationPack, async ({ by, params, query, request, reply }) => {
    const pack = await stationPack(at, by, { ...params, ...query });
    const tag = `"${pack.version}"`;
    // Households' names are masked and still nobody's business: no cache on the way keeps them.
    reply.header('etag', tag).header('cache-control', 'private, no-store');
    if (request.headers['if-none-match'] === tag) await reply.code(304).send();
    return pack;
  });
  serve(app, trace.offlineNotes, ({ by, params, body, lang }) => receiveNotes(at, by, { ...params, ...body }, lang));
  serve(app, trace.offlineNoteList, ({ by, params: { county }, query, lang }) => {
    const { page = 1, size = 20, ...filter } = query;
    const { scope, reading } = purchaseReading(by, county);
    return scoped(db, scope, async (tx) => {
      const { rows, total } = await offlineNotePage(tx, county, reading, { ...filter, page, size });
      const people = await personNames(
        tx,
        rows.map((row) => row.by_person),
      );
      const views = rows.map((row) => {
        const said = row.said as { grams?: number; amountFen?: number };
        const code = row.code as keyof typeof traceRefusals | null;
        return {
          ...{ id: row.id, number: row.number, kind: row.kind, letters: row.letters, deviceName: row.device_name },
          ...{ state: row.state, code, notices: row.notices as NoticeKind[] },
          personName: people.get(row.by_person) ?? '',
          message: code ? refuse(code, (row.detail ?? {}) as RefusalDetail).say(lang) : null,
          grams: said.grams ?? null,
          amountFen: said.amountFen ?? null,
          ...{ writtenAt: row.written_at, notedAt: row.noted_at, receivedAt: row.received_at },
        };
      });
      return { rows: views, total, page, size };
    });
  });
  serve(app, trace.noteConflicts, ({ by, params: { county }, query }) => {
    const { page = 1, size = 20, state } = query;
    const { scope, reading } = purchaseReading(by, county);
    return scoped(db, scope, async (tx) => {
      const { rows, total } = await conflictPage(tx, county, reading, { state, page, size });
      return { rows: await conflictViews(tx, sealer, county, rows), total, page, size };
    });
  });
  serve(app, trace.confirmNote, ({ by, params, body, key }) => confirmNote(at, by, { ...params, ...body }, key));
  serve(app, trace.reverseConflict, ({ by, params, body, key }) =>
    reverseConflict(at, by, { ...params, ...body }, key),
  );

  serve(app, trace.devices, ({ by, params: { county }, query }) => {
    const all = overCounty(by, county, ['operator', 'auditor']);
    return scoped(db, String(county), (tx) =>
      devicePage(tx, county, { ...query, person: all ? undefined : by.person }),
    );
  });
  serve(app, trace.addDevice, ({ by, params, body, key }) => registerDevice(at, by, { ...params, ...body }, key));
  serve(app, trace.recoverDevice, ({ by, params }) => recoverDevice(at, by, params));
  serve(app, trace.revokeDevice, ({ by, params, body, key }) => revokeDevice(at, by, { ...params, ...body }, key));
}
