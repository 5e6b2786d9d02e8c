import { toast } from 'sonner';

import { wordsOf } from './failure.ts';

/** Says at the edge of the page what went wrong with something that has no place of its own for it. */
export function toastFailure(error: unknown): void {
  const { title, detail } = wordsOf(error);
  toast.error(`${title}. ${detail}`);
}
