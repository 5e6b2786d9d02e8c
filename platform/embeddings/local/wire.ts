/** What is said to the thread that holds the model, and what it answers. */
export interface LocalTask {
  id: number;
  texts: string[];
}

export type LocalAnswer =
  /** The vectors, one behind the other. */
  { id: number; vectors: Float32Array<ArrayBuffer> } | { id: number; failure: string };

export const LOCAL_DIMENSIONS = 512;
