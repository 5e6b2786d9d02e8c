/** What a definition may be at most. */
export const PIPELINE_LIMITS = {
  bytes: 1024 * 1024,
  /** Nesting of the JSON. */
  depth: 100,
  /** Those inside of maps and of the pipelines that it runs included. */
  nodes: 2_000,
  /** Maps inside each other. */
  maps: 3,
  /** Pipelines inside each other, the outermost not counted. */
  pipelines: 5,
} as const;
