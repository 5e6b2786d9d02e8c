import busboy from 'busboy';
import type { Request } from 'express';
import type { z } from 'zod';

import type { ProblemItem } from '../../contracts/problem.ts';
import { ProtocolProblem } from '../problem.ts';
import { problemItemsOf } from '../problem-items.ts';
import type { TakeBytes } from '../upload-memory.ts';
import { findUnstorable } from './parse-json.ts';
import { refusal } from './parse-request.ts';
import { watchSilence } from './silence.ts';

/** A file as it came, whole. */
export interface ReceivedFile {
  name: string;
  mediaType: string;
  bytes: Buffer;
}

export interface UploadOptions<Fields> {
  fields: Fields;
  /** Names of the fields that hold JSON. */
  json: readonly string[];
  /** Of the file. */
  maxBytes: number;
  /** Is asked for room for what comes, as it comes. */
  take: TakeBytes;
  /** Longest time without a byte. */
  silenceMs?: number;
}

interface Form {
  file: ReceivedFile | undefined;
  fields: Record<string, string>;
  problems: ProblemItem[];
}

const LIMITS = { files: 1, fields: 10, fieldSize: 10_000, parts: 20, headerPairs: 50 };
/** Of everything in a form that is not the file. */
const FORM_BYTES = 64 * 1024;
const SILENCE_MS = 30_000;
/** What a piece takes beside its bytes: whoever sends a byte at a time takes more than their bytes. */
const PIECE_BYTES = 256;
const MEDIA_TYPE = /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/;
const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * Reads a form with one `file` and some fields. Nothing is written anywhere while it is read.
 * @throws ProtocolProblem for what is no form, is cut off, is too large, or falls silent; GatheringFailure InvalidInput naming every culprit
 * at once; what `take` gives
 */
export async function readUpload<Fields extends z.ZodType>(
  request: Request,
  { fields, json, ...limits }: UploadOptions<Fields>,
): Promise<{ file: ReceivedFile; fields: z.output<Fields> }> {
  const form = await receive(request, limits);
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

type Limits = Omit<UploadOptions<unknown>, 'fields' | 'json'>;

function receive(request: Request, limits: Limits): Promise<Form> {
  const { maxBytes, silenceMs = SILENCE_MS } = limits;
  const reader = readerOf(request, maxBytes);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes + FORM_BYTES) throw tooLarge(maxBytes);
  let endWatch = (): void => undefined;
  const received = new Promise<Form>((resolve, reject) => {
    const form: Form = { file: undefined, fields: {}, problems: [] };
    collectFile(reader, form, { ...limits, reject });
    collectFields(reader, form);
    reader.on('error', (error) => reject(cutOff(error)));
    request.on('error', (error) => reject(cutOff(error)));
    request.on('close', () => {
      if (!request.complete) reject(cutOff());
    });
    reader.on('close', () => resolve(form));
    endWatch = watchSilence(request, silenceMs, () => reject(silent(silenceMs)));
  });
  request.pipe(reader);
  return received.finally(() => {
    endWatch();
    request.unpipe(reader);
    request.resume(); // What comes still is read by nobody.
  });
}

function collectFile(
  reader: busboy.Busboy,
  form: Form,
  { maxBytes, take, reject }: Limits & { reject: (why: Error) => void },
): void {
  reader.on('file', (name, stream, info) => {
    if (name !== 'file') form.problems.push({ path: name, message: 'is not a field of this form' });
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => {
      if (name !== 'file') return;
      const full = take(piece.length + PIECE_BYTES);
      if (full === undefined) pieces.push(piece);
      else reject(full);
    });
    stream.on('limit', () => reject(tooLarge(maxBytes)));
    // Hears of it before the reader itself does.
    stream.on('error', (error) => reject(cutOff(error)));
    stream.on('end', () => {
      if (name !== 'file') return;
      form.file = {
        name: info.filename ?? '',
        mediaType: mediaTypeOf(info.mimeType),
        bytes: Buffer.concat(pieces),
      };
    });
  });
  reader.on('filesLimit', () => form.problems.push({ path: 'file', message: 'must be one file' }));
}

function collectFields(reader: busboy.Busboy, form: Form): void {
  reader.on('field', (name, value, { nameTruncated, valueTruncated }) => {
    if (nameTruncated || valueTruncated) form.problems.push({ path: name, message: 'is too long' });
    else if (Object.hasOwn(form.fields, name)) form.problems.push({ path: name, message: 'is there twice' });
    else Object.defineProperty(form.fields, name, { value, enumerable: true });
  });
  for (const limit of ['fieldsLimit', 'partsLimit'] as const)
    reader.on(limit, () => form.problems.push({ path: '', message: 'has too many fields' }));
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

const silent = (silenceMs: number): ProtocolProblem =>
  new ProtocolProblem('timeout', `Nothing has come for ${silenceMs / 1_000} seconds: send it again.`, {
    connection: 'close',
  });
