import { GatheringFailure } from '../../contracts/failure.ts';
import { isJsonObject, type Json } from '../../contracts/json.ts';
import type { CallApiConfig } from '../../contracts/node-kinds/action.ts';
import { failureOfStatus } from '../../platform/outbound/index.ts';
import type { ActionTools } from './action.ts';

/**
 * One HTTP call; its output is `{ status, headers, body }`.
 * @throws GatheringFailure for a status of 400 and above, by `failureOfStatus`
 */
export async function callApi(
  { method }: Pick<CallApiConfig, 'method'>,
  { given, key, signal, timeoutMs, outbound }: ActionTools,
): Promise<Json> {
  const { url, headers, body } = given;
  if (typeof url !== 'string') throw new GatheringFailure('InvalidInput', 'The URL is not a text');
  const { truncated, ...response } = await outbound.request({
    ...{ method, url, headers: textsOf(headers), signal, timeoutMs, idempotencyKey: key },
    ...(body === undefined ? {} : { body }),
  });
  const failure = failureOfStatus(response.status, response.headers);
  if (failure !== undefined) throw failure;
  return truncated ? { ...response, truncated } : { ...response };
}

/** A header whose expression gives nothing is not sent. */
const textsOf = (headers: Json | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isJsonObject(headers) ? headers : {})
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
