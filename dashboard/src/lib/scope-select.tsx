import { useQuery } from '@tanstack/react-query';
import type { ComponentProps } from 'react';

import { Select } from '../ui/field.tsx';
import { SCOPES } from './memory-words.ts';
import { circlesQuery, rosterQuery } from './roster.ts';
import { useApi } from './services.tsx';

interface ScopeSelectProps extends Omit<ComponentProps<'select'>, 'value' | 'onChange'> {
  /** A scope's key; of a filter also the name of a kind, or nothing. */
  value: string;
  onChange: (key: string) => void;
  /** What nothing is called, where nothing can be chosen. */
  none?: string;
  /** Whether all of a kind can be chosen. */
  kinds?: boolean;
}

/** Chooses where something is recalled: everywhere, in a circle, by an agent; a conversation's stays where it is chosen already. */
export function ScopeSelect({ value, onChange, none, kinds = false, ...rest }: ScopeSelectProps) {
  const api = useApi();
  const { data: circles } = useQuery(circlesQuery(api));
  const { data: agents } = useQuery(rosterQuery(api));
  const groups = [
    ['circle', circles?.items ?? []],
    ['agent', agents?.items ?? []],
  ] as const;
  const known = new Set(groups.flatMap(([kind, items]) => [kind, ...items.map(({ id }) => `${kind}:${id}`)]));
  const isOther = value !== '' && value !== 'global' && value !== 'conversation' && !known.has(value);
  return (
    <Select {...rest} value={value} onChange={({ target }) => onChange(target.value)}>
      {none !== undefined && <option value="">{none}</option>}
      <option value="global">{SCOPES.global.label}</option>
      {groups.map(([kind, items]) => (
        <optgroup key={kind} label={SCOPES[kind].plural}>
          {kinds && <option value={kind}>Any {kind}</option>}
          {items.map(({ id, name }) => (
            <option key={id} value={`${kind}:${id}`}>
              {name}
            </option>
          ))}
        </optgroup>
      ))}
      {kinds && <option value="conversation">Any conversation</option>}
      {isOther && (
        <option value={value}>
          {value.startsWith('conversation:') ? 'One conversation' : 'Another one'}
        </option>
      )}
    </Select>
  );
}
