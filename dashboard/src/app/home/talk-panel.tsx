import { useQuery } from '@tanstack/react-query';
import { ArrowRight, MessageSquarePlus } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { Link } from 'react-router';

import { recentConversationsQuery } from '../../features/conversations/queries.ts';
import { useBegin } from '../../features/conversations/use-begin.ts';
import { titleOf } from '../../features/conversations/words.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { circlesQuery } from '../../lib/roster.ts';
import { useApi } from '../../lib/services.tsx';
import { useSubmissionKey } from '../../lib/submission-key.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { FieldError, Input, Select } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { StatusIcon } from '../../ui/status.tsx';
import { TimeAgo } from '../../ui/time.tsx';

const SHOWN = 4;
/** Of the circles that come with the product, the one whose work a newcomer sees best. */
const FIRST = 'editorial-team';

/** A circle that can be talked to at once, and what was talked about last. Nothing where there is no circle. */
export function TalkPanel() {
  const api = useApi();
  const { data: circles } = useQuery(circlesQuery(api));
  const { data: conversations } = useQuery(recentConversationsQuery(api));
  const mayConverse = useMay('conversations:converse');
  if (circles === undefined || circles.items.length === 0) return null;
  const latest = conversations?.items.slice(0, SHOWN) ?? [];
  return (
    <Panel
      title="Talk with a circle"
      actions={
        <ButtonLink variant="quiet" to={pathOf.conversations}>
          All conversations <ArrowRight aria-hidden />
        </ButtonLink>
      }
    >
      {mayConverse && (
        <Start
          circles={[...circles.items].sort((a, b) => Number(b.name === FIRST) - Number(a.name === FIRST))}
        />
      )}
      {latest.length > 0 && (
        <ul aria-label="Latest conversations" className="divide-y divide-line border-t border-line">
          {latest.map((conversation) => (
            <li key={conversation.id}>
              <Link
                to={pathOf.conversation(conversation.id)}
                className="flex items-center gap-2.5 px-4 py-2 text-sm hover:bg-hover"
              >
                <StatusIcon status={conversation.status} label />
                <span className="min-w-0 flex-1 truncate font-medium">{titleOf(conversation)}</span>
                <span className="hidden text-ink-2 sm:inline">
                  {conversation.circleName ?? conversation.agentName}
                </span>
                <span className="text-ink-2">
                  <TimeAgo at={conversation.updatedAt} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

interface Startable {
  id: string;
  name: string;
  description: string;
}

function Start({ circles }: { circles: readonly Startable[] }) {
  const [chosen, setChosen] = useState<string>();
  const [topic, setTopic] = useState('');
  const [missing, setMissing] = useState(false);
  const begin = useBegin();
  const keyOf = useSubmissionKey();
  const circle = circles.find(({ id }) => id === chosen) ?? circles[0];
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setMissing(topic.trim() === '');
    if (topic.trim() === '' || circle === undefined) return;
    const body = { circleId: circle.id, topic: topic.trim() };
    begin.mutate({ ...body, key: keyOf(body) });
  };
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-2 p-4">
      <p className="line-clamp-2 text-sm text-ink-2">{circle?.description}</p>
      <div className="flex flex-wrap gap-2">
        <span className="w-44">
          <Select
            aria-label="Circle"
            value={circle?.id ?? ''}
            onChange={({ target }) => setChosen(target.value)}
          >
            {circles.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </span>
        <Input
          aria-label="Topic"
          aria-invalid={missing ? true : undefined}
          placeholder="What are they to talk about?"
          className="min-w-48 flex-1"
          value={topic}
          onChange={({ target }) => {
            setTopic(target.value);
            setMissing(false);
          }}
        />
        <Button type="submit" variant="primary" className="h-9" disabled={begin.isPending}>
          <MessageSquarePlus aria-hidden /> Start
        </Button>
      </div>
      {missing && <FieldError>Give them a topic, such as “A note on our new opening hours”.</FieldError>}
      {begin.error !== null && <ErrorState error={begin.error} />}
    </form>
  );
}
