import { z } from 'zod';

/** A vector as pgvector reads and writes it: `[0.1,0.2]`. */
export const halfvecOf = (vector: readonly number[]): string => `[${vector.join(',')}]`;

/** A column of the type `halfvec`, in a row. */
export const Halfvec = z.string().transform((text) => z.array(z.number()).parse(JSON.parse(text)));
