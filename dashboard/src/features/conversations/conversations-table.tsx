import type { ConversationSummary } from '../../../../contracts/conversation.ts';
import { MODES } from '../../lib/conversation-words.ts';
import { costText } from '../../lib/format.ts';
import { pathOf } from '../../lib/paths.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { StatusLabel } from '../../ui/status.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { partnerOf, titleOf } from './words.ts';

type Columns = readonly [Column<ConversationSummary>, ...Column<ConversationSummary>[]];

const TITLE: Column<ConversationSummary> = {
  id: 'topic',
  header: 'Topic',
  cell: (conversation) => (
    <>
      <span className="line-clamp-1 sm:min-w-40">{titleOf(conversation)}</span>
      <span className="line-clamp-1 font-normal text-ink-2 sm:hidden">{partnerOf(conversation)}</span>
    </>
  ),
};
const OTHERS: Column<ConversationSummary>[] = [
  {
    id: 'status',
    header: 'Status',
    cell: ({ status }) => <StatusLabel status={status} />,
    className: 'w-44',
  },
  {
    id: 'mode',
    header: 'Mode',
    cell: ({ mode, circleId }) => (circleId === null ? '–' : MODES[mode].label),
    className: 'w-32 hidden 2xl:table-cell',
  },
  {
    id: 'messages',
    header: 'Messages',
    cell: ({ messages }) => <span className="tabular">{messages.toLocaleString('en')}</span>,
    className: 'w-20 hidden md:table-cell',
  },
  {
    id: 'cost',
    header: 'Cost',
    cell: ({ costUsd }) => <span className="tabular">{costText(costUsd)}</span>,
    className: 'w-20 hidden lg:table-cell',
  },
  {
    id: 'updated',
    header: 'Last active',
    cell: ({ updatedAt }) => <TimeAgo at={updatedAt} />,
    className: 'w-28 hidden sm:table-cell',
  },
];
const WITH: Column<ConversationSummary> = {
  id: 'with',
  header: 'With',
  cell: partnerOf,
  className: 'w-36 hidden sm:table-cell',
};
const COLUMNS: Columns = [TITLE, WITH, ...OTHERS];
// Beside them stands who is in the circle.
const OF_ONE_CIRCLE: Columns = [TITLE, ...OTHERS.filter(({ id }) => id !== 'cost' && id !== 'mode')];

/** Conversations, newest first. `ofOne`: all are with the same circle or agent. */
export function ConversationsTable({
  conversations,
  label = 'Conversations',
  ofOne = false,
}: {
  conversations: readonly ConversationSummary[];
  label?: string;
  ofOne?: boolean;
}) {
  return (
    <DataTable
      label={label}
      rows={conversations}
      keyOf={({ id }) => id}
      linkOf={({ id }) => pathOf.conversation(id)}
      columns={ofOne ? OF_ONE_CIRCLE : COLUMNS}
    />
  );
}
