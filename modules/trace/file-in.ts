import type { FastifyRequest } from 'fastify';
import { refuse } from './refuse.ts';

/** The bytes of the form field `file`. @throws Refusal `file-missing` */
export async function fileIn(request: FastifyRequest): Promise<Uint8Array> {
  const file = request.isMultipart() ? await request.file() : undefined;
  if (file?.fieldname !== 'file') throw refuse('file-missing');
  return file.toBuffer();
}
