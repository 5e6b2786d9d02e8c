import { useQuery } from '@tanstack/react-query';
import { type SyntheticEvent, useId, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { ConversationMode } from '../../../../contracts/conversation-settings.ts';
import { MODES } from '../../lib/conversation-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { circlesQuery, rosterQuery } from '../../lib/roster.ts';
import { useApi } from '../../lib/services.tsx';
import { useSubmissionKey } from '../../lib/submission-key.ts';
import { Button } from '../../ui/button.tsx';
import { Drawer } from '../../ui/dialog.tsx';
import { Field, Select, TextArea } from '../../ui/field.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { useBegin } from './use-begin.ts';

/** Whom to talk with, and about what. */
export function StartDrawer() {
  const api = useApi();
  const form = useId();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const { data: circles } = useQuery(circlesQuery(api));
  const { data: agents } = useQuery(rosterQuery(api));
  const [chosen, setChosen] = useState<string>();
  const [topic, setTopic] = useState('');
  const [mode, setMode] = useState<ConversationMode | ''>('');
  const [missing, setMissing] = useState(false);
  const keyOf = useSubmissionKey();
  const begin = useBegin();
  const named = namedBy(search);
  const first = circles?.items[0] ?? null;
  const partner = chosen ?? named ?? (first === null ? '' : `circle:${first.id}`);
  const [kind, id = ''] = partner.split(':');
  const circle = kind === 'circle' ? circles?.items.find((known) => known.id === id) : undefined;
  const empty = circle?.agents === 0;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (topic.trim() === '' || id === '') {
      setMissing(true);
      return;
    }
    const body =
      kind === 'circle'
        ? { circleId: id, ...(mode !== '' && { mode }), topic: topic.trim() }
        : { agentId: id, topic: topic.trim() };
    begin.mutate({ ...body, key: keyOf(body) });
  };
  return (
    <Drawer
      title="Start conversation"
      onClose={() => void navigate(pathOf.conversations)}
      footer={
        <div className="flex justify-end">
          <Button type="submit" form={form} variant="primary" disabled={begin.isPending || empty}>
            {begin.isPending ? 'Starting …' : 'Start conversation'}
          </Button>
        </div>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
        {begin.error !== null && <ErrorState error={begin.error} />}
        <Field label="With" error={missing && id === '' ? 'Choose a circle or an agent.' : undefined}>
          {(control) => (
            <Select {...control} value={partner} onChange={({ target }) => setChosen(target.value)}>
              {partner === '' && <option value="">Choose</option>}
              <optgroup label="Circles">
                {circles?.items.map((option) => (
                  <option key={option.id} value={`circle:${option.id}`}>
                    {option.name}
                  </option>
                ))}
              </optgroup>
              <optgroup label="Agents">
                {agents?.items.map((option) => (
                  <option key={option.id} value={`agent:${option.id}`}>
                    {option.name}
                  </option>
                ))}
              </optgroup>
            </Select>
          )}
        </Field>
        {circle !== undefined && circle.description !== '' && (
          <p className="-mt-3 text-sm text-ink-2">{circle.description}</p>
        )}
        {circle !== undefined && empty && (
          <p role="status" className="-mt-3 text-sm text-waiting">
            Nobody would answer. Add an agent first:{' '}
            <Link to={pathOf.circle(circle.id)} className="underline underline-offset-2">
              members of {circle.name}
            </Link>
          </p>
        )}
        <Field
          label={kind === 'agent' ? 'Message' : 'Topic'}
          hint={
            kind === 'agent'
              ? 'What you want to say or ask first.'
              : 'What the circle is to discuss. Its agents begin at once.'
          }
          error={missing && topic.trim() === '' ? 'Say what it is about.' : undefined}
        >
          {(control) => (
            <TextArea
              {...control}
              autoFocus
              rows={6}
              maxLength={20_000}
              value={topic}
              onChange={({ target }) => setTopic(target.value)}
            />
          )}
        </Field>
        {circle !== undefined && (
          <Field label="Mode" hint={MODES[mode === '' ? circle.mode : mode].explained}>
            {(control) => (
              <Select
                {...control}
                value={mode}
                onChange={({ target }) =>
                  setMode(target.value === '' ? '' : ConversationMode.parse(target.value))
                }
              >
                <option value="">As the circle does: {MODES[circle.mode].label.toLowerCase()}</option>
                {ConversationMode.options
                  .filter((option) => option !== circle.mode)
                  .map((option) => (
                    <option key={option} value={option}>
                      {MODES[option].label}
                    </option>
                  ))}
              </Select>
            )}
          </Field>
        )}
      </form>
    </Drawer>
  );
}

/** Whom the address names. */
function namedBy(search: URLSearchParams): string | undefined {
  const circle = search.get('circle');
  if (circle !== null) return `circle:${circle}`;
  const agent = search.get('agent');
  return agent === null ? undefined : `agent:${agent}`;
}
