import type { Circle } from '../../../../contracts/circle.ts';
import { Visibility } from '../../../../contracts/circle.ts';
import { ConversationMode } from '../../../../contracts/conversation-settings.ts';
import { MODES } from '../../lib/conversation-words.ts';
import { Field, Input, Select, TextArea } from '../../ui/field.tsx';
import type { CircleDraft, DraftErrors } from './circle-draft.ts';
import { SidesFields } from './sides-fields.tsx';
import { TerminationFields } from './termination-fields.tsx';

interface CircleFieldsProps {
  draft: CircleDraft;
  errors: DraftErrors;
  /** As it was; null for a new one. */
  circle: Circle | null;
  onChange: (change: Partial<CircleDraft>) => void;
}

const ROUNDS: readonly ConversationMode[] = ['brainstorm', 'debate', 'review'];

/** What a circle is, and how it talks. */
export function CircleFields({ draft, errors, circle, onChange }: CircleFieldsProps) {
  return (
    <>
      <Field label="Name" error={errors['name']}>
        {(control) => (
          <Input
            {...control}
            autoFocus={circle === null}
            value={draft.name}
            onChange={({ target }) => onChange({ name: target.value })}
          />
        )}
      </Field>
      <Field
        label="Description"
        optional
        hint="What it is for. Its agents read it too."
        error={errors['description']}
      >
        {(control) => (
          <TextArea
            {...control}
            rows={3}
            value={draft.description}
            onChange={({ target }) => onChange({ description: target.value })}
          />
        )}
      </Field>
      <Field label="Mode" hint={MODES[draft.mode].explained} error={errors['mode']}>
        {(control) => (
          <Select
            {...control}
            value={draft.mode}
            onChange={({ target }) => onChange({ mode: ConversationMode.parse(target.value) })}
          >
            {ConversationMode.options.map((mode) => (
              <option key={mode} value={mode}>
                {MODES[mode].label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {draft.mode === 'debate' && circle !== null && (
        <SidesFields circle={circle} draft={draft} error={errors['sides']} onChange={onChange} />
      )}
      {ROUNDS.includes(draft.mode) && (
        <Field label="Rounds" hint="At most so many in one exchange." error={errors['rounds']}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              className="max-w-28"
              value={draft.rounds}
              onChange={({ target }) => onChange({ rounds: target.value })}
            />
          )}
        </Field>
      )}
      {draft.mode === 'handoff' && (
        <Field label="Hand-overs" hint="At most so many in one exchange." error={errors['maxHandovers']}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              className="max-w-28"
              value={draft.maxHandovers}
              onChange={({ target }) => onChange({ maxHandovers: target.value })}
            />
          )}
        </Field>
      )}
      <Field label="Visible to" error={errors['visibility']}>
        {(control) => (
          <Select
            {...control}
            value={draft.visibility}
            onChange={({ target }) => onChange({ visibility: Visibility.parse(target.value) })}
          >
            <option value="everyone">Everyone who may sign in</option>
            <option value="members">Its members alone</option>
          </Select>
        )}
      </Field>
      <TerminationFields draft={draft} errors={errors} circle={circle} onChange={onChange} />
      <Field
        label="Time for one turn"
        hint="Such as “60 seconds”. A turn that takes longer fails; waiting for people does not count."
        error={errors['turnTimeout']}
      >
        {(control) => (
          <Input
            {...control}
            className="max-w-44"
            value={draft.turnTimeout}
            onChange={({ target }) => onChange({ turnTimeout: target.value })}
          />
        )}
      </Field>
    </>
  );
}
