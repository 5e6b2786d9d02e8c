import { ADMIN, type ApiClient, signIn } from '../testing/api-client.ts';
import { eventually } from '../testing/test-server.ts';

const PATIENCE_MS = 120_000;

/**
 * A client as a careful program would be: it asks again when the connection breaks or the server says 5xx, and sends the same
 * `Idempotency-Key` each time.
 */
export interface PatientClient {
  json<T>(method: string, path: string, body?: unknown, key?: string): Promise<T>;
}

export async function patientClient(url: string): Promise<PatientClient> {
  let api: ApiClient = await eventually(() => signIn(url, ADMIN), PATIENCE_MS, 100);
  return {
    json: <T>(method: string, path: string, body?: unknown, key?: string) =>
      eventually(
        async () => {
          const response = await api.raw(
            method,
            path,
            body,
            key === undefined ? {} : { 'idempotency-key': key },
          );
          if (response.status === 401) api = await signIn(url, ADMIN);
          const text = await response.text();
          if (
            response.status >= 400 &&
            response.status < 500 &&
            response.status !== 401 &&
            response.status !== 429
          ) {
            return { refused: `${method} ${path}: ${String(response.status)} ${text}` };
          }
          if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${text}`);
          return { value: JSON.parse(text) as T }; // The caller names the contract's type.
        },
        PATIENCE_MS,
        100,
      ).then((answer) => {
        if ('refused' in answer) throw new Error(answer.refused);
        return answer.value;
      }),
  };
}
