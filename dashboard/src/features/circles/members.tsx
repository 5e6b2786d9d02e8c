import { X } from 'lucide-react';
import { Link } from 'react-router';
import { toast } from 'sonner';

import { type Circle, type CircleMember, MemberRole } from '../../../../contracts/circle.ts';
import { ROLES } from '../../lib/conversation-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Avatar, SPEAKER_COLOURS } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { AddMember } from './add-member.tsx';
import { usePutMember, useRemoveMember } from './queries.ts';

/** Who is in a circle, in the order of joining, and what each is there for. */
export function Members({ circle }: { circle: Circle }) {
  const mayEdit = useMay('circles:update');
  const agents = circle.members.filter(({ kind }) => kind === 'agent');
  return (
    <>
      {circle.members.length === 0 ? (
        <p className="px-4 py-3 text-ink-2">
          Nobody yet. Add the agents that are to talk here, and the people who talk with them.
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {circle.members.map((member) => (
            <li key={member.id}>
              <Member
                circle={circle}
                member={member}
                colour={member.kind === 'agent' ? agents.indexOf(member) % SPEAKER_COLOURS : null}
                mayEdit={mayEdit}
              />
            </li>
          ))}
        </ul>
      )}
      {mayEdit && (
        <div className="border-t border-line p-3">
          <AddMember circle={circle} />
        </div>
      )}
    </>
  );
}

interface MemberProps {
  circle: Circle;
  member: CircleMember;
  colour: number | null;
  mayEdit: boolean;
}

function Member({ circle, member, colour, mayEdit }: MemberProps) {
  const put = usePutMember(circle.id);
  const remove = useRemoveMember(circle.id);
  const { id, kind, name, role, agentRole } = member;
  return (
    <div className="flex items-center gap-3 px-4 py-2">
      <Avatar name={name} colour={colour} />
      <div className="min-w-0 flex-1">
        {kind === 'agent' ? (
          <Link to={pathOf.agent(id)} className="rounded-sm font-medium hover:underline">
            {name}
          </Link>
        ) : (
          <span className="font-medium">{name}</span>
        )}
        <p className="line-clamp-2 text-xs text-ink-2" title={agentRole ?? undefined}>
          {agentRole ?? 'Person'}
        </p>
      </div>
      {mayEdit ? (
        <>
          <span className="w-30 shrink-0">
            <Select
              aria-label={`Role of ${name}`}
              value={role}
              disabled={put.isPending}
              title={ROLES[role].explained}
              onChange={({ target }) =>
                put.mutate({ id, kind, role: MemberRole.parse(target.value) }, { onError: toastFailure })
              }
            >
              {rolesOf(kind).map((option) => (
                <option key={option} value={option}>
                  {ROLES[option].label}
                </option>
              ))}
            </Select>
          </span>
          <Button
            variant="quiet"
            iconOnly
            aria-label={`Take ${name} out`}
            disabled={remove.isPending}
            onClick={() =>
              remove.mutate(id, {
                onError: toastFailure,
                onSuccess: () => toast.success(`${name} is out of ${circle.name}. What they said stays.`),
              })
            }
          >
            <X aria-hidden />
          </Button>
        </>
      ) : (
        <span className="text-sm text-ink-2">{ROLES[role].label}</span>
      )}
    </div>
  );
}

/** What people are there for is to talk, or to read along. */
export const rolesOf = (kind: CircleMember['kind']): readonly MemberRole[] =>
  kind === 'agent' ? MemberRole.options : ['member', 'observer'];
