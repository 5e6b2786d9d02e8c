import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { type SyntheticEvent, useId, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { toast } from 'sonner';

import type { Circle } from '../../../../contracts/circle.ts';
import { ApiFailure } from '../../lib/failure.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { useSubmissionKey } from '../../lib/submission-key.ts';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm, Drawer } from '../../ui/dialog.tsx';
import { FieldError } from '../../ui/field.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { type CircleDraft, circleOf, type DraftErrors, draftOf, errorsOf } from './circle-draft.ts';
import { CircleFields } from './circle-fields.tsx';
import { circleQuery, useDeleteCircle, useSaveCircle } from './queries.ts';

/** A new circle, or one that is edited. */
export function CircleDrawer() {
  const { circleId } = useParams();
  const navigate = useNavigate();
  if (circleId === undefined)
    return <CircleForm circle={null} onClose={() => void navigate(pathOf.circles)} />;
  return <KnownCircle id={circleId} onClose={() => void navigate(pathOf.circle(circleId))} />;
}

function KnownCircle({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(circleQuery(useApi(), id));
  if (data !== undefined) return <CircleForm key={data.version} circle={data} onClose={onClose} />;
  return (
    <Drawer title="Circle" onClose={onClose}>
      {error === null ? (
        <SkeletonRows rows={5} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </Drawer>
  );
}

function CircleForm({ circle, onClose }: { circle: Circle | null; onClose: () => void }) {
  const form = useId();
  const navigate = useNavigate();
  const mayEdit = useMay(circle === null ? 'circles:create' : 'circles:update');
  const mayDelete = useMay('circles:delete');
  const save = useSaveCircle(circle, (saved) => {
    toast.success(
      circle === null
        ? `${saved.name} is there. Add its members next.`
        : `${saved.name} is saved. Conversations that have begun keep their mode and settings.`,
    );
    void navigate(pathOf.circle(saved.id));
  });
  const keyOf = useSubmissionKey();
  const [draft, setDraft] = useState<CircleDraft>(() => draftOf(circle));
  const [errors, setErrors] = useState<DraftErrors>({});
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const result = circleOf(draft, circle);
    setErrors(result.ok ? {} : result.errors);
    if (!result.ok) return;
    save.mutate(
      { body: result.circle, idempotencyKey: keyOf(result.circle) },
      {
        onError: (error) => {
          if (error instanceof ApiFailure && error.status === 422) setErrors(errorsOf(error.problem.errors));
        },
      },
    );
  };
  const refused = save.error instanceof ApiFailure && save.error.status === 422;
  return (
    <Drawer
      title={circle === null ? 'New circle' : `Edit ${circle.name}`}
      onClose={onClose}
      footer={
        mayEdit ? (
          <div className="flex items-center justify-end gap-2">
            {circle !== null && mayDelete && <DeleteCircle circle={circle} />}
            <Button onClick={onClose}>Discard changes</Button>
            <Button type="submit" form={form} variant="primary" disabled={save.isPending}>
              {save.isPending ? 'Saving …' : circle === null ? 'Create circle' : 'Save circle'}
            </Button>
          </div>
        ) : undefined
      }
    >
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-5">
        {save.error !== null && !refused && <ErrorState error={save.error} />}
        {errors['general'] !== undefined && <FieldError>{errors['general']}</FieldError>}
        <fieldset disabled={!mayEdit} className="contents">
          <CircleFields
            draft={draft}
            errors={errors}
            circle={circle}
            onChange={(change) => setDraft((held) => ({ ...held, ...change }))}
          />
        </fieldset>
      </form>
    </Drawer>
  );
}

function DeleteCircle({ circle }: { circle: Circle }) {
  const navigate = useNavigate();
  const remove = useDeleteCircle(circle, () => {
    toast.success(`${circle.name} is deleted.`);
    void navigate(pathOf.circles);
  });
  return (
    <Confirm
      trigger={
        <Button variant="danger" className="mr-auto" disabled={remove.isPending}>
          <Trash2 aria-hidden /> Delete circle
        </Button>
      }
      title={`Delete ${circle.name}?`}
      confirm="Delete circle"
      keep="Keep it"
      onConfirm={() =>
        remove.mutate(undefined, {
          onError: toastFailure,
        })
      }
    >
      Its open conversations end. What was said in them stays readable, and its agents stay. What is
      remembered and known in it alone is forgotten.
    </Confirm>
  );
}
