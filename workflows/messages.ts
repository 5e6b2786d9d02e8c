/** Every message that workflows answer. The API imports these definitions and nothing else of this folder. */
import { defineQuery } from '@temporalio/workflow';

import type { RunState } from '../contracts/plan.ts';

/** What a run is at right now, from the workflow's own memory. */
export const getRunStateQuery = defineQuery<RunState>('getRunState');
