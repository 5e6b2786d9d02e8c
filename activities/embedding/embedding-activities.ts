import type { SpaceStatus } from '../../contracts/embedding.ts';

/** How far the work on a space has come. */
export interface TendedSpaceState {
  /** Of the space's row when it was last read; 0: there is no such space. */
  revision: number;
  status: SpaceStatus | null;
  /** There is more to do, for the next activity. */
  more: boolean;
}

export interface EmbeddingActivities {
  /**
   * Does with a space of embeddings what its status asks for, for a minute or so: one that is filled gets vectors, batch by batch, and is switched
   * to when it lacks nothing; the active one gets what it lacks; a retired one is emptied. Where a provider is away it is tried again; where it
   * refuses, the space has failed and says why.
   */
  tendSpace(input: { spaceId: number }): Promise<TendedSpaceState>;
}
