/**
 * The search attributes that make a workflow findable in Temporal's Web UI; all are keywords.
 * A start that names one which is not registered fails, so they are registered before any worker starts.
 */
export const searchAttributeNames = ['GatheringKind', 'GatheringPipeline', 'GatheringTrigger'] as const;
