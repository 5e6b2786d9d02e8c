import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { pathOf } from '../../lib/paths.ts';
import { useApi } from '../../lib/services.tsx';
import { usePage } from './page-context.ts';
import { rememberedQuery } from './queries.ts';

/** What was remembered of the conversation last; nothing yet is said so, since it comes by itself. */
export function Remembered() {
  const { conversation } = usePage();
  const { data } = useQuery(rememberedQuery(useApi(), conversation.id));
  if (data === undefined) return null;
  if (data.length === 0)
    return (
      <p className="text-sm text-ink-2">
        Nothing yet. Agents with memory scopes keep what matters once an exchange is over.
      </p>
    );
  return (
    <>
      <ul className="flex flex-col gap-1.5 text-sm">
        {data.map(({ id, content }) => (
          <li key={id}>
            <Link to={pathOf.oneMemory(id)} className="line-clamp-2 rounded-sm text-ink-2 hover:text-ink">
              {content}
            </Link>
          </li>
        ))}
      </ul>
      <Link
        to={pathOf.memoryOf(conversation.id)}
        className="mt-1.5 inline-block text-sm text-accent underline underline-offset-2"
      >
        All of it
      </Link>
    </>
  );
}
