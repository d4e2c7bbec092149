import type { FastifyReply } from 'fastify';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Sends a file to be saved under its name, a workbook where nothing else is said; nobody on the way keeps it. */
export async function sendDownload(
  reply: FastifyReply,
  { name, bytes, type = XLSX }: { name: string; bytes: Buffer; type?: string },
): Promise<void> {
  await reply
    .type(type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    .send(bytes);
}
