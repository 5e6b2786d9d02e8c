import { Link } from 'react-router';

import type { Memory } from '../../../../contracts/memory.ts';
import { audienceText, scopeText } from '../../lib/memory-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { Facts } from '../../ui/panel.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { KINDS, percentText, sourceText } from './words.ts';

const link = 'text-accent underline underline-offset-2';

/** Where a memory is recalled, who sees it, and where it comes from. */
export function MemoryFacts({ memory }: { memory: Memory }) {
  const { kind, scope, scopeName, audience, importance, tags, createdAt, expiresAt, isEmbedded } = memory;
  return (
    <section aria-label="About this memory">
      <Facts
        items={[
          ['Kind', `${KINDS[kind].label}. ${KINDS[kind].explained}`],
          ['Recalled', scopeText(scope, scopeName)],
          ['Seen by', audienceText(audience)],
          ['Importance', percentText(importance)],
          tags.length > 0 && ['Tags', <Tags key="tags" tags={tags} />],
          ['From', <Provenance key="from" memory={memory} />],
          ['Remembered', <TimeAgo key="at" at={createdAt} />],
          expiresAt !== null && [
            'Forgotten',
            new Date(expiresAt).toLocaleDateString('en', { dateStyle: 'medium' }),
          ],
          !isEmbedded && ['Found by', 'its words alone, until it has been embedded'],
        ]}
      />
    </section>
  );
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-x-2">
      {tags.map((tag) => (
        <Link key={tag} to={`${pathOf.memory}?tag=${encodeURIComponent(tag)}`} className={link}>
          #{tag}
        </Link>
      ))}
    </span>
  );
}

/** Who said it, and the way to where that was. */
function Provenance({ memory: { source } }: { memory: Memory }) {
  const { conversationId, messages, runId } = source;
  const place =
    conversationId === null
      ? null
      : messages === null
        ? pathOf.conversation(conversationId)
        : pathOf.conversationMessage(conversationId, { branch: messages.branch, sequence: messages.from });
  return (
    <>
      {sourceText(source)}
      {place !== null && (
        <>
          {', in '}
          <Link to={place} className={link}>
            {messagesText(messages)}
          </Link>
        </>
      )}
      {runId !== null && (
        <>
          {', in '}
          <Link to={pathOf.run(runId)} className={link}>
            a run
          </Link>
        </>
      )}
    </>
  );
}

function messagesText(messages: Memory['source']['messages']): string {
  if (messages === null) return 'a conversation';
  const { from, until } = messages;
  return from === until
    ? `message ${from} of a conversation`
    : `messages ${from} to ${until} of a conversation`;
}
