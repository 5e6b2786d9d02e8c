import type { Request, Response } from 'express';
import { z } from 'zod';

import { GatheringFailure } from '../../contracts/failure.ts';
import type { ProblemItem } from '../../contracts/problem.ts';
import { notFound } from '../problem.ts';
import { problemItemsOf } from '../problem-items.ts';
import { findUnstorable, isStorable, parseJson } from './parse-json.ts';
import { createBodyReader } from './read-body.ts';

export interface RequestSchemas<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  params?: Params;
  query?: Query;
  body?: Body;
  /** The media type of the body; one that is no JSON is handed over as text, and forms are read by their handler. */
  consumes?: 'application/json' | 'application/yaml' | 'multipart/form-data';
  /** 1 MiB unless named. */
  maxBodyBytes?: number;
  /** Refuses JSON that has a key twice in one object, of which only one would be kept. */
  uniqueKeys?: true;
}

export interface ParsedRequest<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
}

const NO_QUERY = z.strictObject({});
const DEFAULT_MAX_BYTES = 1024 * 1024;

/**
 * Makes what reads a request by its contracts. It names every culprit of address, query and body at once.
 */
export function createRequestParser<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  schemas: RequestSchemas<P, Q, B>,
): (request: Request, response: Response) => Promise<ParsedRequest<z.output<P>, z.output<Q>, z.output<B>>> {
  const { consumes = 'application/json', maxBodyBytes = DEFAULT_MAX_BYTES, uniqueKeys = false } = schemas;
  const readText = createBodyReader({ type: consumes, maxBytes: maxBodyBytes });

  const readBody = async (request: Request, response: Response): Promise<unknown> => {
    if (schemas.body === undefined) return undefined;
    const text = await readText(request, response);
    return text === undefined || consumes !== 'application/json' ? text : parseJson(text, { uniqueKeys });
  };

  return async (request, response) => {
    const body = await readBody(request, response);
    if (!Object.values(request.params).flat().every(isStorable))
      throw notFound('There is nothing at this address.');
    const problems: ProblemItem[] = [];
    const params = parsed(schemas.params, request.params, problems);
    const query = parsed(schemas.query ?? NO_QUERY, request.query, problems);
    const parsedBody = parsed(schemas.body, body, problems);
    if (problems.length > 0) throw refusal(problems);
    // What has no schema has no place in the handler's type either.
    return { params, query, body: parsedBody } as ParsedRequest<z.output<P>, z.output<Q>, z.output<B>>;
  };
}

export function refusal(problems: readonly ProblemItem[]): GatheringFailure {
  const count = problems.length === 1 ? 'One thing is' : `${problems.length} things are`;
  return new GatheringFailure('InvalidInput', `${count} not valid; see errors.`, {
    problems: problems.map(({ path, message, nodeId, edgeId }) => ({
      path,
      message,
      ...(nodeId === undefined ? {} : { nodeId }),
      ...(edgeId === undefined ? {} : { edgeId }),
    })),
  });
}

function parsed(schema: z.ZodType | undefined, value: unknown, problems: ProblemItem[]): unknown {
  if (schema === undefined) return undefined;
  const unstorable = findUnstorable(value);
  if (unstorable.length > 0) {
    problems.push(...unstorable);
    return undefined;
  }
  const result = schema.safeParse(value);
  if (!result.success) problems.push(...problemItemsOf(result.error, value));
  return result.data;
}
