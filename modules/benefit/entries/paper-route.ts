import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '#platform/context.ts';
import { refusePlatform } from '#platform/errors.ts';
import { fileIn } from '#platform/http/file-in.ts';
import { keepPaper, type readPaper } from '#platform/papers.ts';
import { refuse } from '../refuse.ts';

/** Keeps the paper that came with a request. @throws Refusal `file-missing` | `file-too-large` | `file-type-not-allowed` */
export async function keepUploaded(at: Context, folder: string, request: FastifyRequest): Promise<{ file: string }> {
  const kept = await keepPaper(at.files, folder, await fileIn(request, () => refuse('file-missing')));
  if (!kept) throw refusePlatform('file-type-not-allowed');
  return { file: kept.name };
}

/** Hands a paper only to who asked: a shared cache in between must not keep it. */
export async function sendPaper(
  reply: FastifyReply,
  name: string,
  paper: NonNullable<Awaited<ReturnType<typeof readPaper>>>,
): Promise<null> {
  await reply
    .type(paper.mime)
    .header('cache-control', 'private, no-store')
    .header('content-disposition', `attachment; filename="${name}.${paper.type}"`)
    .send(paper.bytes);
  return null;
}
