import { z } from 'zod';

import { JsonObject } from '../../../../../contracts/json.ts';
import { CircuitBreaker, RetryPolicy } from '../../../../../contracts/pipeline.ts';

/** The forms of these two come from their contracts, like those of the kinds. */
export const RETRY_SCHEMA = JsonObject.parse(z.toJSONSchema(RetryPolicy, { io: 'input' }));
export const BREAKER_SCHEMA = JsonObject.parse(z.toJSONSchema(CircuitBreaker, { io: 'input' }));
