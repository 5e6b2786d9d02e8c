import type { ReactNode } from 'react';

import { BLOCK_CHARACTERS, MEMORY_CHARACTERS, type MemoryScope } from '../../../../contracts/memory.ts';
import { scopeOf, SCOPES } from '../../lib/memory-words.ts';
import { ScopeSelect } from '../../lib/scope-select.tsx';
import { Field, Input, Select, TextArea } from '../../ui/field.tsx';
import type { DraftErrors, MemoryDraft } from './memory-draft.ts';
import { KINDS, percentText } from './words.ts';

interface MemoryFieldsProps {
  draft: MemoryDraft;
  errors: DraftErrors;
  onChange: (change: Partial<MemoryDraft>) => void;
}

/** Who sees what a person tells the house. */
const SEEN: Record<MemoryScope['kind'], string> = {
  global: 'Everyone may see it.',
  agent: 'Everyone may see it.',
  circle: 'Those who see the circle may see it.',
  conversation: 'Those who see the conversation may see it.',
};

/** What is decided once: what it is, and where it is recalled. */
export function IdentityFields({ draft, errors, onChange }: MemoryFieldsProps) {
  const scope = scopeOf(draft.scope);
  return (
    <>
      <Field label="Kind" hint={KINDS[draft.kind].explained} error={errors.kind}>
        {(control) => (
          <Select
            {...control}
            value={draft.kind}
            onChange={({ target }) => onChange({ kind: target.value === 'block' ? 'block' : 'fact' })}
          >
            <option value="fact">{KINDS.fact.label}</option>
            <option value="block">{KINDS.block.label}</option>
          </Select>
        )}
      </Field>
      {draft.kind === 'block' && (
        <Field label="Name" hint="Agents edit it by this, such as “style_guide”." error={errors.name}>
          {(control) => (
            <Input
              {...control}
              className="mono"
              value={draft.name}
              onChange={({ target }) => onChange({ name: target.value })}
            />
          )}
        </Field>
      )}
      <Field
        label="Scope"
        hint={scope && `${SCOPES[scope.kind].explained} ${SEEN[scope.kind]}`}
        error={errors.scope}
      >
        {(control) => (
          <ScopeSelect {...control} value={draft.scope} onChange={(key) => onChange({ scope: key })} />
        )}
      </Field>
    </>
  );
}

/** What can be changed later too; `children` stand below what it says. */
export function ContentFields({
  draft,
  errors,
  onChange,
  children,
}: MemoryFieldsProps & { children?: ReactNode }) {
  const limit = draft.kind === 'block' ? BLOCK_CHARACTERS : MEMORY_CHARACTERS;
  return (
    <>
      <Field
        label="Content"
        hint={`${draft.content.length.toLocaleString('en')} of ${limit.toLocaleString('en')} characters`}
        error={errors.content}
      >
        {(control) => (
          <TextArea
            {...control}
            rows={5}
            autoFocus
            value={draft.content}
            onChange={({ target }) => onChange({ content: target.value })}
          />
        )}
      </Field>
      {children}
      <Field
        label="Importance"
        hint={`${percentText(Number(draft.importance) / 100)}: what is more important is found first, and kept longer.`}
        error={errors.importance}
      >
        {(control) => (
          <input
            {...control}
            type="range"
            min={0}
            max={100}
            step={5}
            className="h-9 w-full accent-accent"
            value={draft.importance}
            onChange={({ target }) => onChange({ importance: target.value })}
          />
        )}
      </Field>
      <Field label="Tags" optional hint="Separated by commas." error={errors.tags}>
        {(control) => (
          <Input
            {...control}
            value={draft.tags}
            onChange={({ target }) => onChange({ tags: target.value })}
          />
        )}
      </Field>
      {draft.kind === 'fact' && (
        <Field label="Forget after" optional hint="At the end of that day, in UTC." error={errors.expires}>
          {(control) => (
            <Input
              {...control}
              type="date"
              className="max-w-44"
              value={draft.expires}
              onChange={({ target }) => onChange({ expires: target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}
