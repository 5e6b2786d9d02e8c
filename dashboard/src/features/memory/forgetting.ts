import { useQuery } from '@tanstack/react-query';

import type { ForgetMemories } from '../../../../contracts/memory.ts';
import { useMay } from '../../lib/policy.ts';
import { circlesQuery, peopleQuery, rosterQuery } from '../../lib/roster.ts';
import { useApi, useUser } from '../../lib/services.tsx';
import { conversationsQuery } from './queries.ts';

export type ForgetOf = ForgetMemories['of'];

/** Of what everything can be forgotten, and what that takes. */
export const FORGETTING: Record<ForgetOf, { label: string; explained: string }> = {
  agent: { label: 'Agent', explained: 'What it alone recalls.' },
  circle: { label: 'Circle', explained: 'What is recalled in its conversations alone.' },
  conversation: {
    label: 'Conversation',
    explained: 'What is recalled in it alone, and what was taken from it, wherever that is recalled.',
  },
  person: {
    label: 'Person',
    explained: 'What only they may see, and what was taken from what they said.',
  },
};

export const isForgetOf = (text: string): text is ForgetOf => Object.hasOwn(FORGETTING, text);

/** Those of a kind that can be chosen, by name. Of another person only administrators forget. */
export function useSubjects(of: ForgetOf): readonly { id: string; name: string }[] {
  const api = useApi();
  const user = useUser();
  const isAdmin = useMay('users:read');
  const { data: agents } = useQuery({ ...rosterQuery(api), enabled: of === 'agent' });
  const { data: circles } = useQuery({ ...circlesQuery(api), enabled: of === 'circle' });
  const { data: conversations } = useQuery({ ...conversationsQuery(api), enabled: of === 'conversation' });
  const { data: people } = useQuery({ ...peopleQuery(api), enabled: of === 'person' && isAdmin });
  switch (of) {
    case 'agent':
      return agents?.items ?? [];
    case 'circle':
      return circles?.items ?? [];
    case 'conversation':
      return (conversations?.items ?? []).map(({ id, topic, agentName }) => ({
        id,
        name: topic === '' ? `With ${agentName ?? 'an agent'}` : topic,
      }));
    case 'person':
      return people?.items ?? (user === null ? [] : [user]);
  }
}
