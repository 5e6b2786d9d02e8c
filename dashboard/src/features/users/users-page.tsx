import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { toast } from 'sonner';

import { pageOf } from '../../../../contracts/page.ts';
import { CreateUser, Role, User } from '../../../../contracts/user.ts';
import type { Api } from '../../lib/api-client.ts';
import { ApiFailure, wordsOf } from '../../lib/failure.ts';
import { useApi, useUser } from '../../lib/services.tsx';
import { uniqueKey } from '../../lib/unique.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Field, Input, Select } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader, Panel } from '../../ui/panel.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';

const UserPage = pageOf(User);
const key = ['users'] as const;
const usersQuery = (api: Api) =>
  queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => api.get('/users', UserPage, { query: { limit: 200 }, signal }),
  });

const ROLE_WORDS: Record<Role, string> = {
  admin: 'everything',
  editor: 'agents, pipelines and runs',
  operator: 'starts and cancels runs',
  viewer: 'reads',
};

/** Who may sign in, and what they may do. */
export function UsersPage() {
  const api = useApi();
  const { data, error, refetch } = useQuery(usersQuery(api));
  return (
    <Page crumbs={[{ label: 'Settings' }, { label: 'Users' }]}>
      <PageHeader title="Users" description="Who may sign in, and what they may do." />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_340px]">
        {data !== undefined ? (
          <UsersTable users={data.items} />
        ) : error === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )}
        <CreateUserForm />
      </div>
    </Page>
  );
}

function UsersTable({ users }: { users: readonly User[] }) {
  const me = useUser();
  return (
    <table aria-label="Users" className="w-full text-sm">
      <thead>
        <tr className="border-b border-line text-left text-ink-2">
          <th scope="col" className="h-8 px-2 font-medium">
            Name
          </th>
          <th scope="col" className="h-8 px-2 font-medium">
            Role
          </th>
          <th scope="col" className="hidden h-8 px-2 font-medium sm:table-cell">
            Since
          </th>
          <th scope="col" className="w-px">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <tr key={user.id} className="h-12 border-b border-line">
            <td className="px-2">
              <span className="font-medium">{user.name}</span>
              <span className="block break-all text-ink-2">{user.email}</span>
            </td>
            <td className="px-2 text-ink-2">{user.role}</td>
            <td className="hidden px-2 text-ink-2 sm:table-cell">
              <TimeAgo at={user.createdAt} />
            </td>
            <td>{user.id !== me?.id && <DeleteUser user={user} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DeleteUser({ user }: { user: User }) {
  const api = useApi();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.send('DELETE', `/users/${user.id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
    onError: (error) => toast.error(wordsOf(error).detail),
  });
  return (
    <Confirm
      trigger={
        <Button variant="quiet" iconOnly aria-label={`Delete ${user.name}`} disabled={remove.isPending}>
          <Trash2 aria-hidden />
        </Button>
      }
      title={`Delete ${user.name}?`}
      confirm="Delete user"
      keep="Keep them"
      onConfirm={() => remove.mutate()}
    >
      They can no longer sign in. Runs that they started stay; what is remembered for them alone is forgotten.
    </Confirm>
  );
}

const EMPTY = { name: '', email: '', password: '', role: 'operator' };

function CreateUserForm() {
  const api = useApi();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(EMPTY);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const create = useMutation({
    mutationFn: (user: CreateUser) => api.post('/users', User, { body: user, idempotencyKey: uniqueKey() }),
    onSuccess: (user) => {
      toast.success(`${user.name} can sign in.`);
      setDraft(EMPTY);
      return queries.invalidateQueries({ queryKey: key });
    },
    onError: (error) => {
      if (error instanceof ApiFailure)
        setErrors(
          Object.fromEntries(
            error.problem.errors.map(({ path, message }) => [path.replace(/^\//, ''), message]),
          ),
        );
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const parsed = CreateUser.safeParse(draft);
    setErrors(
      parsed.success
        ? {}
        : Object.fromEntries(
            parsed.error.issues.map((issue) => [
              String(issue.path[0]),
              WRONG[String(issue.path[0])] ?? issue.message,
            ]),
          ),
    );
    if (parsed.success) create.mutate(parsed.data);
  };
  const text = (name: 'name' | 'email' | 'password') => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) =>
      setDraft((held) => ({ ...held, [name]: event.target.value })),
  });
  return (
    <Panel title="Add a user">
      <form onSubmit={submit} noValidate className="flex flex-col gap-4 p-4" autoComplete="off">
        {create.error !== null && Object.keys(errors).length === 0 && <ErrorState error={create.error} />}
        <Field label="Name" error={errors['name']}>
          {(control) => <Input {...control} {...text('name')} />}
        </Field>
        <Field label="Email" error={errors['email']}>
          {(control) => <Input {...control} {...text('email')} type="email" autoComplete="off" />}
        </Field>
        <Field
          label="Password"
          hint="At least 8 characters. Tell them on a safe way."
          error={errors['password']}
        >
          {(control) => (
            <Input {...control} {...text('password')} type="password" autoComplete="new-password" />
          )}
        </Field>
        <Field label="Role" error={errors['role']}>
          {(control) => (
            <Select
              {...control}
              value={draft.role}
              onChange={(event) => setDraft((held) => ({ ...held, role: event.target.value }))}
            >
              {Role.options.map((role) => (
                <option key={role} value={role}>
                  {role}: {ROLE_WORDS[role]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button type="submit" variant="primary" disabled={create.isPending}>
          {create.isPending ? 'Adding …' : 'Add user'}
        </Button>
      </form>
    </Panel>
  );
}

const WRONG: Record<string, string> = {
  name: 'Fill this in.',
  email: 'Write an email address, such as ada@example.org.',
  password: 'At least 8 characters, at most 72 bytes.',
};
