import { QueryClient } from '@tanstack/react-query';

import { ApiFailure, Unreachable } from './failure.ts';

/** Retries what may pass by itself: no answer, or one of the server's own failures. A refusal is final. */
export function createQueryClient(): QueryClient {
  const mayPass = (error: unknown) =>
    error instanceof Unreachable || (error instanceof ApiFailure && error.status >= 500);
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => mayPass(error) && failures < 2,
        retryDelay: 700,
      },
      mutations: { retry: false },
    },
  });
}
