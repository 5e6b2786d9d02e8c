import { useQuery } from '@tanstack/react-query';
import { ArrowDown } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { Virtuoso } from 'react-virtuoso';

import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { MessageView } from './message-view.tsx';
import { NoteLine } from './note-line.tsx';
import { type Outgoing, useOutbox } from './outbox.ts';
import { OutgoingView } from './outgoing-view.tsx';
import { usePage } from './page-context.ts';
import { notesQuery, transcriptQuery, useEarlierMessages } from './queries.ts';
import { type Row, rowsOf } from './rows.ts';
import { TranscriptFoot } from './transcript-foot.tsx';
import { TranscriptHead } from './transcript-head.tsx';
import { TurnView } from './turn-view.tsx';
import { useDrawn } from './use-drawn.ts';
import { useSendTo } from './use-send.ts';
import { useStickyEnd } from './use-sticky-end.ts';

const NONE: readonly Outgoing[] = [];

interface TranscriptProps {
  /** Where another branch was gone to: shown first, in place of the newest. */
  focus: number | null;
  /** What could not be sent goes back to where it was written. */
  onPutBack: (text: string) => void;
}

/** Everything that was said, and is being said; the newest at the end. Only what is in view is drawn. */
export function Transcript({ focus, onPutBack }: TranscriptProps) {
  const api = useApi();
  const { conversation, branch } = usePage();
  const { id, openTurns } = conversation;
  const last = branch === conversation.branch ? conversation.messages : 0;
  const { data, error, refetch, isFetching } = useQuery(
    transcriptQuery(api, { id, branch, last, ...(focus !== null && { focus }) }),
  );
  const outgoing = useOutbox((state) => state.waiting[id] ?? NONE);
  const drop = useOutbox((state) => state.drop);
  const steers = useOutbox((state) => state.steers);
  const { data: notes } = useQuery(notesQuery(id));
  const items = data?.items;
  const known = items?.at(-1)?.sequence ?? 0;
  useEffect(() => {
    // It was told of while the messages were on their way.
    if (items !== undefined && !isFetching && known < last) void refetch();
  }, [items, isFetching, known, last, refetch]);
  useEffect(() => {
    const sent = new Set(items?.map(({ clientMessageId }) => clientMessageId));
    for (const { clientMessageId } of outgoing) if (sent.has(clientMessageId)) drop(id, clientMessageId);
  }, [items, outgoing, drop, id]);
  const rows = useMemo(
    () => (items === undefined ? [] : rowsOf({ branch, items, openTurns, outgoing, notes, steers })),
    [branch, items, openTurns, outgoing, notes, steers],
  );
  if (items === undefined)
    return (
      <div className="mx-auto w-full max-w-3xl flex-1 p-4">
        {error === null ? (
          <SkeletonRows rows={5} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )}
      </div>
    );
  const first = items[0]?.sequence ?? 1;
  return <Rows key={branch} rows={rows} first={first} next={known + 1} focus={focus} onPutBack={onPutBack} />;
}

interface RowsProps extends TranscriptProps {
  rows: readonly Row[];
  /** Sequence of the first message that is loaded. */
  first: number;
  /** Of the message that comes next. */
  next: number;
}

function Rows({ rows, first, next, focus, onPutBack }: RowsProps) {
  const { conversation, branch } = usePage();
  const { scrollerRef, atEnd, toEnd, grown } = useStickyEnd(focus === null);
  const earlier = useEarlierMessages(conversation.id, branch);
  // The first message that those before were asked for already.
  const asked = useRef<number>(null);
  const list = useRef<HTMLDivElement>(null);
  const drawn = useDrawn(list, rows.length === 0);
  const sendTo = useSendTo();
  const drop = useOutbox((state) => state.drop);
  // What stands below the last message comes and goes with these.
  useEffect(grown, [grown, conversation.status, conversation.statusReason, rows.length]);
  const draw = (_index: number, row: Row) => (
    <div data-row className="mx-auto w-full max-w-3xl px-2 pb-2 sm:px-4">
      {row.kind === 'message' && <MessageView message={row.message} waits={row.waits} />}
      {row.kind === 'note' && <NoteLine note={row.note} />}
      {row.kind === 'turn' && <TurnView turn={row.turn} sequence={next} />}
      {row.kind === 'outgoing' && (
        <OutgoingView
          outgoing={row.outgoing}
          onRetry={() => sendTo(conversation.id, row.outgoing)}
          onDrop={() => {
            drop(conversation.id, row.outgoing.clientMessageId);
            onPutBack(row.outgoing.content);
          }}
        />
      )}
    </div>
  );
  return (
    <div ref={list} className="relative min-h-0 flex-1">
      <Virtuoso
        scrollerRef={scrollerRef}
        data={rows}
        className="h-full"
        aria-label="Transcript"
        role="region"
        // Sequences have no gaps: what is loaded before the first one moves nothing.
        firstItemIndex={first}
        initialTopMostItemIndex={
          focus === null ? { index: 'LAST', align: 'end' } : { index: placeOf(rows, focus), align: 'center' }
        }
        computeItemKey={(_index, row) => row.key}
        increaseViewportBy={{ top: 600, bottom: 300 }}
        totalListHeightChanged={grown}
        startReached={() => {
          if (first <= 1 || asked.current === first) return;
          asked.current = first;
          earlier.mutate(undefined, { onError: () => (asked.current = null) });
        }}
        components={COMPONENTS}
        context={{ whole: first <= 1 }}
        itemContent={draw}
      />
      {!drawn && (
        <div className="absolute inset-0 mx-auto w-full max-w-3xl p-4">
          <SkeletonRows rows={5} />
        </div>
      )}
      {drawn && !atEnd && (
        <Button className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-float" onClick={toEnd}>
          <ArrowDown aria-hidden /> Jump to newest
        </Button>
      )}
    </div>
  );
}

/** Of a message among the rows; the last row where it is not there yet. */
function placeOf(rows: readonly Row[], sequence: number): number {
  const place = rows.findIndex((row) => row.kind === 'message' && row.message.sequence >= sequence);
  return Math.max(0, place === -1 ? rows.length - 1 : place);
}

interface ListContext {
  /** The beginning is loaded. */
  whole: boolean;
}

const COMPONENTS = {
  Header: ({ context }: { context?: ListContext }) => <TranscriptHead whole={context?.whole ?? false} />,
  Footer: () => <TranscriptFoot />,
};
