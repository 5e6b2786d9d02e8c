/** The guarded way out to other hosts. Nothing else in the project opens an HTTP connection for a user or an agent. */
export { createOutbound, type Outbound, type OutboundRequest, type OutboundResponse } from './outbound.ts';
export { retryAfterMsOf } from './retry-after.ts';
export { failureOfStatus, failureTypeOfStatus } from './status-failure.ts';
