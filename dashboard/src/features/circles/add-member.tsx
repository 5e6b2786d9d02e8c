import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { type SyntheticEvent, useRef, useState } from 'react';

import { type Circle, MemberRole } from '../../../../contracts/circle.ts';
import { ROLES } from '../../lib/conversation-words.ts';
import { wordsOf } from '../../lib/failure.ts';
import { useMay } from '../../lib/policy.ts';
import { peopleQuery, rosterQuery } from '../../lib/roster.ts';
import { useApi, useUser } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { FieldError, Select } from '../../ui/field.tsx';
import { usePutMember } from './queries.ts';

/** Where one chooses whom to add. */
export const ADD_MEMBER = 'add-member';

/** Adds an agent or a person; people are chosen from where the account may read them, else one adds oneself. */
export function AddMember({ circle }: { circle: Circle }) {
  const api = useApi();
  const user = useUser();
  const mayReadPeople = useMay('users:read');
  const { data: agents } = useQuery(rosterQuery(api));
  const { data: everybody } = useQuery({ ...peopleQuery(api), enabled: mayReadPeople });
  const people = mayReadPeople ? (everybody?.items ?? []) : user === null ? [] : [user];
  const here = new Set(circle.members.map(({ id }) => id));
  const [chosen, setChosen] = useState('');
  const [role, setRole] = useState<MemberRole>('member');
  const put = usePutMember(circle.id);
  const kind = chosen.startsWith('user:') ? 'user' : 'agent';
  const who = useRef<HTMLSelectElement>(null);
  const done = () => {
    setChosen('');
    // The button can do nothing until somebody else is chosen.
    who.current?.focus();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const id = chosen.slice(chosen.indexOf(':') + 1);
    if (id !== '') put.mutate({ id, kind, role }, { onSuccess: done });
  };
  const free = <T extends { id: string }>(all: readonly T[]) => all.filter(({ id }) => !here.has(id));
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <span className="min-w-28 flex-1">
        <Select
          ref={who}
          id={ADD_MEMBER}
          aria-label="Who"
          value={chosen}
          onChange={({ target }) => setChosen(target.value)}
        >
          <option value="">Add somebody</option>
          <optgroup label="Agents">
            {free(agents?.items ?? []).map(({ id, name }) => (
              <option key={id} value={`agent:${id}`}>
                {name}
              </option>
            ))}
          </optgroup>
          <optgroup label="People">
            {free(people).map(({ id, name, email }) => (
              <option key={id} value={`user:${id}`}>
                {name} ({email})
              </option>
            ))}
          </optgroup>
        </Select>
      </span>
      <span className="w-30">
        <Select
          aria-label="Their role"
          value={role}
          onChange={({ target }) => setRole(MemberRole.parse(target.value))}
        >
          {MemberRole.options.map((option) => (
            <option key={option} value={option}>
              {ROLES[option].label}
            </option>
          ))}
        </Select>
      </span>
      <Button type="submit" disabled={chosen === '' || put.isPending}>
        <Plus aria-hidden /> Add
      </Button>
      {put.error !== null && (
        <div className="w-full">
          <FieldError>{wordsOf(put.error).detail}</FieldError>
        </div>
      )}
    </form>
  );
}
