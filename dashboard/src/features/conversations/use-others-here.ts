import { useQuery } from '@tanstack/react-query';

import type { Author } from '../../../../contracts/conversation.ts';
import { useApi, useUser } from '../../lib/services.tsx';
import { usePage } from './page-context.ts';
import { transcriptQuery } from './queries.ts';

/** People who began it or have spoken in it, as far as that is loaded, and are no members. */
export function useOthersHere(): readonly Author[] {
  const api = useApi();
  const user = useUser();
  const { conversation, branch } = usePage();
  const { id, members, messages, startedBy } = conversation;
  const { data } = useQuery({ ...transcriptQuery(api, { id, branch, last: messages }), enabled: false });
  const people = new Map<string, Author>();
  if (user !== null && user.email === startedBy)
    people.set(user.id, { kind: 'user', id: user.id, name: user.name });
  for (const { author } of data?.items ?? []) if (author.kind === 'user') people.set(author.id, author);
  for (const member of members) people.delete(member.id);
  return [...people.values()];
}
