import { Link } from 'react-router';

import { pathOf } from '../../lib/paths.ts';
import { Markdown } from '../../ui/markdown.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { usePage } from './page-context.ts';
import { useNameOf } from './use-name-of.ts';

/** What stands above the first message: what it is about, and who began it. */
export function TranscriptHead({ whole }: { whole: boolean }) {
  const { conversation } = usePage();
  const nameOf = useNameOf();
  const { topic, circleId, circleName, startedBy, createdAt } = conversation;
  if (!whole)
    return (
      <p role="status" className="py-3 text-center text-sm text-ink-2">
        Loading earlier messages …
      </p>
    );
  return (
    <section aria-label="Topic" className="mx-auto w-full max-w-3xl px-4 pt-5 pb-4 sm:px-7">
      {/* With one agent the topic is what the first message says. */}
      {circleId !== null && topic.trim() !== '' && <Markdown>{topic}</Markdown>}
      <p className="mt-2 text-xs text-ink-2">
        Begun by {nameOf(startedBy)} <TimeAgo at={createdAt} />
        {circleId !== null && (
          <>
            {' '}
            in{' '}
            <Link to={pathOf.circle(circleId)} className="underline underline-offset-2">
              {circleName}
            </Link>
            .
          </>
        )}
      </p>
    </section>
  );
}
