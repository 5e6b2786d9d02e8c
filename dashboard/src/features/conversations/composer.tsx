import { SendHorizontal, Square } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'react-router';

import { MAX_MESSAGE_CHARACTERS, type WhenBusy } from '../../../../contracts/conversation.ts';
import { channelOf } from '../../../../contracts/place.ts';
import { ROLES } from '../../lib/conversation-words.ts';
import { useServices, useUser } from '../../lib/services.tsx';
import { uniqueKey } from '../../lib/unique.ts';
import { Button } from '../../ui/button.tsx';
import { FieldError, inputLook } from '../../ui/field.tsx';
import { commandOf } from './commands.ts';
import { completed, completionAt, type Suggestion } from './completion.ts';
import { createDraftKeeper } from './drafts.ts';
import { usePage } from './page-context.ts';
import { useSteer } from './queries.ts';
import { SuggestionList } from './suggestion-list.tsx';
import { wasJustBegun } from './use-begin.ts';
import { useCommand, useSendTo } from './use-send.ts';
import { WhenBusyChoice } from './when-busy-choice.tsx';
import { NAMES_DO_NOT_CHOOSE } from './words.ts';

interface ComposerProps {
  /** ↑ in an empty field: the person's last message is edited. */
  onEditLast: () => void;
  /** A message that could not be sent, to be written on; `times` counts, so that the same one may come again. */
  putBack: { text: string; times: number };
  field: RefObject<HTMLTextAreaElement | null>;
}

/** Where a person speaks: Enter sends, Shift-Enter breaks the line, @ names an agent, / is a command. */
export function Composer({ onEditLast, putBack, field }: ComposerProps) {
  const { conversation } = usePage();
  const { live } = useServices();
  const userId = useUser()?.id ?? '';
  const keeper = useMemo(
    () => createDraftKeeper(localStorage, userId, conversation.id),
    [userId, conversation.id],
  );
  const [text, setText] = useState(() => keeper.read());
  const [caret, setCaret] = useState(text.length);
  const [whenBusy, setWhenBusy] = useState<WhenBusy>('queue');
  const [refused, setRefused] = useState<string>();
  const [dismissed, setDismissed] = useState<string>();
  const [marked, setMarked] = useState(0);
  const begun = wasJustBegun(useLocation().state);
  const sendTo = useSendTo();
  const command = useCommand(conversation.id);
  const steer = useSteer(conversation.id);
  const busy = conversation.openTurns.length > 0;
  const completable = useCompletable();
  const completion = dismissed === text ? null : completionAt(text, caret, completable);

  useEffect(() => {
    if (putBack.times === 0) return;
    setText((held) => (held.trim() === '' ? putBack.text : `${putBack.text}\n${held}`));
    field.current?.focus();
  }, [putBack, field]);
  const write = (next: string, at = next.length) => {
    setText(next);
    setCaret(at);
    setMarked(0);
    setRefused(undefined);
    keeper.keep(next);
    // The field holds the text after the next paint.
    requestAnimationFrame(() => field.current?.setSelectionRange(at, at));
  };
  const take = (suggestion: Suggestion) => {
    if (completion === null) return;
    const next = completed(text, completion, suggestion);
    write(next.text, next.caret);
    field.current?.focus();
  };
  const submit = () => {
    if (text.trim() === '') return;
    const typed = commandOf(text);
    if (typed?.kind === 'refused') {
      setRefused(typed.why);
      return;
    }
    if (typed !== null) command(typed);
    else if (text.length > MAX_MESSAGE_CHARACTERS) {
      setRefused(
        `This is too long by ${(text.length - MAX_MESSAGE_CHARACTERS).toLocaleString('en')} characters.`,
      );
      return;
    } else
      sendTo(conversation.id, {
        clientMessageId: uniqueKey(),
        content: text,
        whenBusy: busy ? whenBusy : 'queue',
      });
    write('');
  };
  const stop = () => {
    steer.mutate('interrupt');
    // The button goes once nobody speaks.
    field.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (completion !== null && onCompletionKey(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'ArrowUp' && text === '') {
      event.preventDefault();
      onEditLast();
    }
  };
  const onCompletionKey = (event: KeyboardEvent): boolean => {
    const { suggestions } = completion ?? { suggestions: [] };
    const chosen = suggestions[marked];
    if (event.key === 'Escape') setDismissed(text);
    else if (event.key === 'ArrowDown') setMarked((marked + 1) % suggestions.length);
    else if (event.key === 'ArrowUp') setMarked((marked + suggestions.length - 1) % suggestions.length);
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && chosen !== undefined) {
      // What is complete already is sent, not completed once more.
      if (event.key === 'Enter' && chosen.insert === text) return false;
      take(chosen);
    } else return false;
    event.preventDefault();
    return true;
  };

  return (
    <div className="relative">
      {completion !== null && (
        <SuggestionList
          id="suggestions"
          completion={completion}
          marked={marked}
          onTake={take}
          {...(completion.kind === 'mention' &&
            conversation.circleId !== null &&
            NAMES_DO_NOT_CHOOSE.includes(conversation.mode) && {
              note: 'In this mode a name does not choose who speaks',
            })}
        />
      )}
      <textarea
        ref={field}
        rows={1}
        autoFocus={begun}
        aria-label="Message"
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-invalid={refused === undefined ? undefined : true}
        {...(completion !== null && {
          'aria-controls': 'suggestions',
          'aria-activedescendant': `suggestions-${marked}`,
        })}
        placeholder={placeholderOf(conversation.status)}
        value={text}
        className={`${inputLook} field-sizing-content max-h-64 min-h-11 resize-none py-2.5 leading-relaxed`}
        onChange={({ target }) => {
          write(target.value, target.selectionStart);
          live.typing(channelOf.conversation(conversation.id));
        }}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
        onKeyDown={onKey}
      />
      {refused !== undefined && (
        <div className="mt-1">
          <FieldError>{refused}</FieldError>
        </div>
      )}
      <div className="mt-1.5 flex flex-wrap items-center gap-2">
        {busy ? (
          <WhenBusyChoice
            chosen={whenBusy}
            asks={conversation.openTurns.some(({ status }) => status === 'waiting')}
            onChoose={setWhenBusy}
          />
        ) : (
          <p className="hidden text-xs text-ink-2 sm:block">
            Enter sends, Shift-Enter starts a new line, @ names an agent, / is a command
          </p>
        )}
        <div className="ml-auto flex items-center gap-2">
          {busy && (
            <Button disabled={steer.isPending} onClick={stop}>
              <Square aria-hidden /> Stop
            </Button>
          )}
          <Button variant="primary" disabled={text.trim() === ''} onClick={submit}>
            <SendHorizontal aria-hidden /> Send
          </Button>
        </div>
      </div>
    </div>
  );
}

const placeholderOf = (status: string): string =>
  status === 'paused' ? 'Paused: what you write is answered once it is resumed' : 'Write a message';

/** Everybody here but the person and those who only read along. */
function useCompletable() {
  const { conversation, userId } = usePage();
  return useMemo(
    () => ({
      members: conversation.members
        .filter(({ id, kind, role }) => kind === 'agent' && id !== userId && role !== 'observer')
        .map(({ id, name, role }) => ({ id, name, about: ROLES[role].label })),
    }),
    [conversation.members, userId],
  );
}
