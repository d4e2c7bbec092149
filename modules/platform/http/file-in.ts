import type { FastifyRequest } from 'fastify';

/**
 * The bytes of the form field `file` that came with a request.
 *
 * @param missing what is said when none came
 */
export async function fileIn(request: FastifyRequest, missing: () => Error): Promise<Uint8Array> {
  const file = request.isMultipart() ? await request.file() : undefined;
  if (file?.fieldname !== 'file') throw missing();
  return file.toBuffer();
}
