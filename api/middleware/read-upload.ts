import busboy from 'busboy';
import type { Request } from 'express';
import type { z } from 'zod';

import type { ProblemItem } from '../../contracts/problem.ts';
import { ProtocolProblem } from '../problem.ts';
import { problemItemsOf } from '../problem-items.ts';
import { findUnstorable } from './parse-json.ts';
import { refusal } from './parse-request.ts';

/** A file as it came, whole. */
export interface ReceivedFile {
  name: string;
  mediaType: string;
  bytes: Buffer;
}

interface Form {
  file: ReceivedFile | undefined;
  fields: Record<string, string>;
  problems: ProblemItem[];
}

const LIMITS = { files: 1, fields: 10, fieldSize: 10_000, parts: 20, headerPairs: 50 };
/** Of everything in a form that is not the file. */
const FORM_BYTES = 64 * 1024;
const MEDIA_TYPE = /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/;
const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * Reads a form with one `file` and some fields, of which those named in `json` hold JSON. Nothing is written anywhere while it is read.
 * @throws ProtocolProblem for what is no form, is cut off, or is too large; GatheringFailure InvalidInput naming every culprit at once
 */
export async function readUpload<Fields extends z.ZodType>(
  request: Request,
  { fields, json, maxBytes }: { fields: Fields; json: readonly string[]; maxBytes: number },
): Promise<{ file: ReceivedFile; fields: z.output<Fields> }> {
  const form = await receive(request, maxBytes);
  const { problems } = form;
  const given: Record<string, unknown> = { ...form.fields };
  for (const name of json.filter((one) => one in given)) {
    try {
      given[name] = JSON.parse(form.fields[name] ?? '');
    } catch {
      problems.push({ path: name, message: 'must be JSON' });
      given[name] = undefined;
    }
  }
  problems.push(...findUnstorable(given), ...findUnstorable({ file: form.file?.name ?? '' }));
  const parsed = fields.safeParse(given);
  if (!parsed.success) problems.push(...problemItemsOf(parsed.error, given));
  if (form.file === undefined) problems.push({ path: 'file', message: 'is missing' });
  else if (form.file.bytes.length === 0) problems.push({ path: 'file', message: 'is empty' });
  if (problems.length > 0 || form.file === undefined || !parsed.success) throw refusal(problems);
  return { file: form.file, fields: parsed.data };
}

function receive(request: Request, maxBytes: number): Promise<Form> {
  const reader = readerOf(request, maxBytes);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes + FORM_BYTES) throw tooLarge(maxBytes);
  const form: Form = { file: undefined, fields: {}, problems: [] };
  const received = new Promise<Form>((resolve, reject) => {
    reader.on('file', (name, stream, info) => {
      if (name !== 'file') form.problems.push({ path: name, message: 'is not a field of this form' });
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('limit', () => reject(tooLarge(maxBytes)));
      stream.on('error', reject);
      stream.on('end', () => {
        if (name !== 'file') return;
        form.file = {
          name: info.filename ?? '',
          mediaType: mediaTypeOf(info.mimeType),
          bytes: Buffer.concat(pieces),
        };
      });
    });
    reader.on('field', (name, value, { nameTruncated, valueTruncated }) => {
      if (nameTruncated || valueTruncated) form.problems.push({ path: name, message: 'is too long' });
      else if (Object.hasOwn(form.fields, name))
        form.problems.push({ path: name, message: 'is there twice' });
      else Object.defineProperty(form.fields, name, { value, enumerable: true });
    });
    reader.on('filesLimit', () => form.problems.push({ path: 'file', message: 'must be one file' }));
    for (const limit of ['fieldsLimit', 'partsLimit'] as const)
      reader.on(limit, () => form.problems.push({ path: '', message: 'has too many fields' }));
    reader.on('error', (error) => reject(cutOff(error)));
    request.on('error', (error) => reject(cutOff(error)));
    request.on('close', () => {
      if (!request.complete) reject(cutOff());
    });
    reader.on('close', () => resolve(form));
  });
  request.pipe(reader);
  return received.finally(() => {
    request.unpipe(reader);
    request.resume(); // What comes still is read by nobody.
  });
}

function readerOf(request: Request, maxBytes: number): busboy.Busboy {
  if (!request.is('multipart/form-data'))
    throw new ProtocolProblem('unsupported-media-type', 'The body must be multipart/form-data.', {
      accept: 'multipart/form-data',
    });
  try {
    return busboy({
      ...{ headers: request.headers, defParamCharset: 'utf8' },
      limits: { ...LIMITS, fileSize: maxBytes + 1 },
    });
  } catch (error) {
    throw cutOff(error);
  }
}

const mediaTypeOf = (given: string): string => (MEDIA_TYPE.test(given) ? given.toLowerCase() : UNKNOWN_TYPE);
const tooLarge = (maxBytes: number): ProtocolProblem =>
  new ProtocolProblem('too-large', `The file must not be larger than ${maxBytes} bytes.`);

function cutOff(cause?: unknown): ProtocolProblem {
  const problem = new ProtocolProblem(
    'malformed-request',
    'The form was cut off, or is not encoded as it says.',
  );
  problem.cause = cause;
  return problem;
}
