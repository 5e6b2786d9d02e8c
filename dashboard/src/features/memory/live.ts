import { z } from 'zod';

import type { Memory } from '../../../../contracts/memory.ts';
import type { Page } from '../../../../contracts/page.ts';

const ForgottenData = z.object({ ids: z.array(z.string()) });

/** The ids that an event says are forgotten: of many at once, only some. */
export function forgottenIn({ type, data }: { type: string; data: Record<string, unknown> }): string[] {
  return type === 'memory.forgotten' ? (ForgottenData.safeParse(data).data?.ids ?? []) : [];
}

/** A page without what has been forgotten: that is gone at once, whatever the list asks for next. */
export function withoutForgotten(page: Page<Memory>, forgotten: readonly string[]): Page<Memory> {
  const items = page.items.filter(({ id }) => !forgotten.includes(id));
  return items.length === page.items.length ? page : { ...page, items };
}
