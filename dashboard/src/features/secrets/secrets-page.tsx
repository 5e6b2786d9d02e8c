import { useQuery } from '@tanstack/react-query';
import { KeyRound, Trash2 } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { toast } from 'sonner';

import { PutSecret, SecretName, type SecretSummary } from '../../../../contracts/secret.ts';
import { wordsOf } from '../../lib/failure.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader, Panel } from '../../ui/panel.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { secretsQuery, useDeleteSecret, usePutSecret } from './queries.ts';

/** Names of the secrets that actions may use; their values never come back. */
export function SecretsPage() {
  const api = useApi();
  const { data, error, refetch } = useQuery(secretsQuery(api));
  const mayWrite = useMay('secrets:write');
  return (
    <Page crumbs={[{ label: 'Settings' }, { label: 'Secrets' }]}>
      <PageHeader
        title="Secrets"
        description={
          <>
            Keys and tokens that actions use as <code className="mono">{'{{ secrets.NAME }}'}</code>. Values
            are encrypted and shown nowhere again, not in runs, logs or exports.
          </>
        }
      />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_340px]">
        {data === undefined ? (
          error === null ? (
            <SkeletonRows rows={4} />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )
        ) : data.items.length === 0 ? (
          <EmptyState icon={KeyRound} title="No secrets yet">
            Set one, for example HOOK, and an action can send it in a header:{' '}
            <code className="mono">{'Bearer {{ secrets.HOOK }}'}</code>.
          </EmptyState>
        ) : (
          <SecretsTable secrets={data.items} />
        )}
        {mayWrite && <SetSecret />}
      </div>
    </Page>
  );
}

function SecretsTable({ secrets }: { secrets: readonly SecretSummary[] }) {
  const mayDelete = useMay('secrets:delete');
  return (
    <table aria-label="Secrets" className="w-full text-sm">
      <thead>
        <tr className="border-b border-line text-left text-ink-2">
          <th scope="col" className="h-8 px-2 font-medium">
            Name
          </th>
          <th scope="col" className="h-8 px-2 font-medium">
            Set
          </th>
          <th scope="col" className="w-px">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {secrets.map(({ name, updatedAt }) => (
          <tr key={name} className="h-10 border-b border-line">
            <td className="mono px-2 font-medium break-all">{name}</td>
            <td className="px-2 text-ink-2">
              <TimeAgo at={updatedAt} />
            </td>
            <td>{mayDelete && <DeleteSecret name={name} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DeleteSecret({ name }: { name: string }) {
  const remove = useDeleteSecret(() => toast.success(`${name} is deleted.`));
  return (
    <Confirm
      trigger={
        <Button variant="quiet" iconOnly aria-label={`Delete ${name}`} disabled={remove.isPending}>
          <Trash2 aria-hidden />
        </Button>
      }
      title={`Delete ${name}?`}
      confirm="Delete secret"
      keep="Keep it"
      onConfirm={() =>
        remove.mutate(name, {
          onError: (error) => toast.error(wordsOf(error).detail),
        })
      }
    >
      Actions that use it will fail until it is set again.
    </Confirm>
  );
}

function SetSecret() {
  const put = usePutSecret();
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const [errors, setErrors] = useState<{ name?: string; value?: string }>({});
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const wrong = {
      ...(!SecretName.safeParse(name).success && {
        name: 'Letters, digits and _, beginning with a letter or _, at most 64.',
      }),
      ...(!PutSecret.safeParse({ value }).success && {
        value: value === '' ? 'Fill this in.' : 'At most 16,384 characters.',
      }),
    };
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) return;
    put.mutate(
      { name, value },
      {
        onSuccess: () => {
          toast.success(`${name} is set.`);
          setName('');
          setValue('');
        },
      },
    );
  };
  return (
    <Panel title="Set a secret">
      <form onSubmit={submit} noValidate className="flex flex-col gap-4 p-4" autoComplete="off">
        {put.error !== null && <ErrorState error={put.error} />}
        <Field label="Name" error={errors.name}>
          {(control) => (
            <Input
              {...control}
              className="mono"
              value={name}
              placeholder="HOOK"
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Value" hint="An existing secret of this name gets the new value." error={errors.value}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" disabled={put.isPending}>
          {put.isPending ? 'Setting …' : 'Set secret'}
        </Button>
      </form>
    </Panel>
  );
}
