import type { Request } from 'express';

import type { RunTrigger } from '../../contracts/run.ts';

/** What made a run start: the first start of an installation says so, everything else came by the API. */
export const triggerOf = (request: Request): RunTrigger =>
  request.get('x-gathering-trigger') === 'first-start' ? 'first-start' : 'api';
