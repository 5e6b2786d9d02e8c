import { Check, X } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { toast } from 'sonner';

import type { Approval, Decide, Verdict } from '../../../../contracts/approval.ts';
import { ApiFailure } from '../../lib/failure.ts';
import { useSubmissionKey } from '../../lib/submission-key.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextArea } from '../../ui/field.tsx';
import { InputFormFields } from '../../ui/schema-form/input-form-fields.tsx';
import { useInputForm } from '../../ui/schema-form/use-input-form.ts';
import { ErrorState } from '../../ui/states.tsx';
import { editableOf, editedValue } from './edited-value.ts';
import { useDecide } from './queries.ts';
import { ShownValue } from './shown-value.tsx';
import { commentHint, decidedWords, isBudget, isToolCall } from './words.ts';

interface DecideFormProps {
  approval: Approval;
  /** What comes of it shows where it was asked: nothing more is said. */
  quiet?: boolean;
}

/** The decision: the value, which may be edited; the answer that is asked for; a comment; the two buttons. */
export function DecideForm({ approval, quiet = false }: DecideFormProps) {
  const { value, form: schema } = approval;
  const answer = useInputForm(schema, { fromFiles: false });
  const [edit, setEdit] = useState<string | null>(null);
  const [editError, setEditError] = useState<string>();
  const [comment, setComment] = useState('');
  const [always, setAlways] = useState(false);
  const decide = useDecide(approval.id, (decided) => {
    if (!quiet) toast.success(decidedWords(decided));
  });
  const keyOf = useSubmissionKey();

  const send = (body: Decide) =>
    decide.mutate(
      { decide: body, idempotencyKey: keyOf(body) },
      {
        onError: (error) => {
          if (!(error instanceof ApiFailure) || error.status !== 422) return;
          const ofEdit = error.problem.errors.filter(({ path }) => /^\/?edit/.test(path));
          setEditError(ofEdit[0]?.message);
          answer.refuse(error.problem.errors.filter((problem) => !ofEdit.includes(problem)));
        },
      },
    );

  const submit = (decision: Verdict) => {
    const said = comment.trim() === '' ? {} : { comment: comment.trim() };
    if (decision === 'reject') {
      send({ decision, ...said });
      return;
    }
    const edited = value === undefined || edit === null ? undefined : editedValue(value, edit);
    if (edited?.ok === false) setEditError(edited.error);
    const given = schema === undefined ? undefined : answer.read();
    if (edited?.ok === false || given === null) return;
    send({
      decision,
      ...said,
      ...(edited?.value !== undefined && { edit: edited.value }),
      ...(given !== undefined && { answer: given }),
      ...(always && { always }),
    });
  };

  const changed = value !== undefined && edit !== null && edit !== editableOf(value).text;
  const refused = decide.error instanceof ApiFailure && decide.error.status === 422;
  return (
    <form
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event: SyntheticEvent) => {
        event.preventDefault();
        submit('approve');
      }}
    >
      {value !== undefined && !isBudget(approval) && (
        <ShownValue
          value={value}
          edit={edit}
          error={editError}
          onEdit={(text) => {
            setEdit(text);
            setEditError(undefined);
          }}
        />
      )}
      {schema !== undefined && (
        <fieldset className="flex flex-col gap-4">
          <legend className="mb-3 text-sm font-semibold">Your answer, needed to approve</legend>
          <InputFormFields form={answer} />
        </fieldset>
      )}
      <Field label="Comment" optional hint={commentHint(approval)}>
        {(control) => (
          <TextArea
            {...control}
            rows={2}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
        )}
      </Field>
      {isToolCall(approval) && (
        <label className="flex items-start gap-2">
          <input
            type="checkbox"
            className="mt-1 accent-(--accent)"
            checked={always}
            onChange={({ target }) => setAlways(target.checked)}
          />
          <span>
            Always allow here
            <span className="block text-sm text-ink-2">
              {approval.agentName ?? 'This agent'} may use {approval.tool ?? 'this tool'} in this conversation
              without asking again.
            </span>
          </span>
        </label>
      )}
      {decide.error !== null && !refused && <ErrorState error={decide.error} />}
      <div className="sticky bottom-0 -mx-1 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-raised px-1 py-3">
        <Button variant="danger" disabled={decide.isPending} onClick={() => submit('reject')}>
          <X aria-hidden /> Reject
        </Button>
        <Button type="submit" variant="primary" disabled={decide.isPending}>
          <Check aria-hidden />{' '}
          {decide.isPending ? 'Sending …' : changed ? 'Approve with changes' : 'Approve'}
        </Button>
      </div>
    </form>
  );
}
