import { type ReactNode, useId } from 'react';
import { Link } from 'react-router';

import type { Conversation, Participant } from '../../../../contracts/conversation.ts';
import { ConversationMode } from '../../../../contracts/conversation-settings.ts';
import { MODES, ROLES, terminationWords } from '../../lib/conversation-words.ts';
import { counted } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Select } from '../../ui/field.tsx';
import { Facts } from '../../ui/panel.tsx';
import { statusWord } from '../../ui/status.tsx';
import { CostSection } from './cost-section.tsx';
import { usePage } from './page-context.ts';
import { useChangeConversation } from './queries.ts';
import { Remembered } from './remembered.tsx';
import { colourOf } from './speakers.ts';
import { useNameOf } from './use-name-of.ts';
import { useOthersHere } from './use-others-here.ts';

/** Who is here, who speaks next, and what it has cost. */
export function SidePanel() {
  const { conversation } = usePage();
  const { settings, branches } = conversation;
  const nameOf = useNameOf();
  return (
    <div className="flex flex-col gap-6">
      <Members />
      {conversation.circleId !== null && <ModeSection />}
      <Section title="Cost">
        <CostSection />
      </Section>
      <Section title="Remembered">
        <Remembered />
      </Section>
      <Section title="This conversation">
        <Facts
          items={[
            conversation.circleId !== null && ['An exchange ends', terminationWords(settings.termination)],
            ['A turn takes', `at most ${settings.turnTimeout}`],
            branches.length > 1 && ['Versions', counted(branches.length, 'branch', 'branches')],
            [
              'Begun by',
              <span key="by" className="block truncate" title={conversation.startedBy}>
                {nameOf(conversation.startedBy)}
              </span>,
            ],
            conversation.runId !== null && [
              'Part of',
              <Link
                key="run"
                to={pathOf.run(conversation.runId)}
                className="text-accent underline underline-offset-2"
              >
                a run
              </Link>,
            ],
          ]}
        />
      </Section>
    </div>
  );
}

function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <div className="mb-2 flex items-center justify-between">
        <h2 className="text-sm font-semibold">{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}

function Members() {
  const { conversation } = usePage();
  const others = useOthersHere();
  const alsoHere = useId();
  const { members, circleId } = conversation;
  return (
    <Section
      title="Members"
      {...(circleId !== null && {
        action: (
          <Link to={pathOf.circle(circleId)} className="text-sm text-accent underline underline-offset-2">
            Change
          </Link>
        ),
      })}
    >
      <ul className="flex flex-col gap-1.5">
        {members.map((member) => (
          <Person key={member.id} person={member} does={doingOf(member, conversation.openTurns)} />
        ))}
      </ul>
      {others.length > 0 && (
        <>
          <h3 id={alsoHere} className="mt-3 mb-1.5 text-xs text-ink-2">
            Also here
          </h3>
          <ul aria-labelledby={alsoHere} className="flex flex-col gap-1.5">
            {others.map((person) => (
              <Person key={person.id} person={person} does="" />
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function Person({ person, does }: { person: Pick<Participant, 'id' | 'kind' | 'name'>; does: string }) {
  const { conversation, userId } = usePage();
  return (
    <li className="flex items-center gap-2.5">
      <Avatar small name={person.name} colour={colourOf(conversation, person)} />
      <span className="min-w-0 flex-1 truncate">
        {person.name}
        {person.id === userId && <span className="text-ink-2"> (you)</span>}
      </span>
      <span className="text-xs text-ink-2">{does}</span>
    </li>
  );
}

/** What a member does now, else what they are here for. */
function doingOf({ id, role }: Participant, openTurns: Conversation['openTurns']): string {
  const turns = openTurns.filter(({ agentId }) => agentId === id);
  if (turns.some(({ status }) => status === 'waiting')) return statusWord('waiting');
  if (turns.length > 0) return 'Speaking';
  return role === 'member' ? '' : ROLES[role].label;
}

function ModeSection() {
  const { conversation, mayConverse } = usePage();
  const { mode, settings } = conversation;
  const change = useChangeConversation(conversation.id);
  const choose = (chosen: ConversationMode) =>
    change.mutate(
      { mode: chosen },
      {
        onError: toastFailure,
      },
    );
  const shown = change.isPending ? (change.variables.mode ?? mode) : mode;
  return (
    <Section title="Mode">
      <Select
        aria-label="Mode"
        value={shown}
        disabled={!mayConverse}
        onChange={({ target }) => choose(ConversationMode.parse(target.value))}
      >
        {ConversationMode.options.map((option) => (
          <option key={option} value={option}>
            {MODES[option].label}
          </option>
        ))}
      </Select>
      <p className="mt-1.5 text-sm text-ink-2">
        {MODES[shown].explained}
        {ROUNDS.includes(shown) && ` ${counted(settings.rounds, 'round')} at most.`}
      </p>
    </Section>
  );
}

const ROUNDS: readonly ConversationMode[] = ['brainstorm', 'debate', 'review'];
