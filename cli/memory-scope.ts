import { z } from 'zod';

import { Id } from '../contracts/ids.ts';
import type { MemoryScope } from '../contracts/memory.ts';
import type { ApiClient } from './api-client.ts';
import { UsageError } from './usage-error.ts';

export const SCOPE_HELP =
  'where it is recalled: global, circle:<name>, agent:<name> or conversation:<id>; names or ids';

const Named = z.looseObject({ id: Id });

/**
 * A scope as it is typed: `global`, `circle:Editors`, `agent:Ada`, `conversation:<id>`.
 * @throws UsageError for what is none; ApiProblem for one that is not there
 */
export async function readScope(client: ApiClient, words: string): Promise<MemoryScope> {
  if (words === 'global') return { kind: 'global' };
  const [, kind, name = ''] = /^(circle|agent|conversation):(.+)$/.exec(words) ?? [];
  switch (kind) {
    case 'circle':
    case 'agent': {
      const path = `/${kind}s/${encodeURIComponent(name)}`;
      return { kind, id: (await client.request({ path, schema: Named })).id };
    }
    case 'conversation':
      if (Id.safeParse(name).success) return { kind, id: name };
      throw new UsageError(`"${name}" is no id of a conversation; \`gathering conversations\` lists them.`);
    default:
      throw new UsageError(`"${words}" is no scope: ${SCOPE_HELP}.`);
  }
}
