/** A chunk that a document has already, of this version or of one before. */
export interface ExistingChunk {
  id: string;
  version: number;
  position: number;
  /** Of what is embedded, in hex. */
  embeddedHash: string;
  /** See `memory.chunks.batch`. */
  batch: number | null;
  isEmbedded: boolean;
}

/** What becomes of a position of the new version: `id` is that of the chunk that is kept, undefined where it is a new one. */
export interface PlannedChunk {
  position: number;
  id: string | undefined;
  /** The batch that it is embedded in; null where its vector is there. */
  batch: number | null;
}

export interface ChunkPlan {
  /** Of the positions that are not written yet, in order. */
  planned: PlannedChunk[];
  batches: number;
  /** Chunks whose vectors are there from the version before. */
  kept: number;
}

/**
 * Which chunks of a new version are those of the one before, and which batch each of the others is embedded in. A chunk is known by what is
 * embedded of it; of equal ones the first is taken first. Planning again after a part was written gives the same plan.
 * @param hashes of what is embedded of each chunk of the new version, by its position
 */
export function planChunks(
  existing: readonly ExistingChunk[],
  hashes: readonly string[],
  { version, batchSize }: { version: number; batchSize: number },
): ChunkPlan {
  const written = new Map(
    existing.filter((one) => one.version === version).map((one) => [one.position, one]),
  );
  const earlier = Map.groupBy(
    existing.filter((one) => one.version !== version).toSorted((a, b) => a.position - b.position),
    (one) => one.embeddedHash,
  );
  const planned: PlannedChunk[] = [];
  let toEmbed = 0;
  let kept = 0;
  const place = (isKept: boolean): number | null => {
    if (isKept) {
      kept += 1;
      return null;
    }
    toEmbed += 1;
    return Math.floor((toEmbed - 1) / batchSize);
  };
  for (const [position, hash] of hashes.entries()) {
    const there = written.get(position);
    if (there !== undefined) {
      place(there.batch === null);
      continue;
    }
    const same = earlier.get(hash)?.shift();
    planned.push({ position, id: same?.id, batch: place(same?.isEmbedded === true) });
  }
  return { planned, batches: Math.ceil(toEmbed / batchSize), kept };
}
