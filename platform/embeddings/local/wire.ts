/** What is said to the thread that holds the model: to cut texts into windows, or to read windows. */
export type LocalTask = { id: number } & ({ cut: string[] } | { read: string[] });

export type LocalAnswer =
  /** Those of each text. */
  | { id: number; windows: string[][] }
  /** The vectors, one behind the other. */
  | { id: number; vectors: Float32Array<ArrayBuffer> }
  | { id: number; failure: string };

export const LOCAL_DIMENSIONS = 512;
