import type { Approval, Decide } from '../contracts/approval.ts';
import { isJsonObject, type Json } from '../contracts/json.ts';
import type { ProblemItem } from '../contracts/problem.ts';
import type { Tool } from '../contracts/tool.ts';
import { dotted } from '../platform/pipeline/dotted-path.ts';
import type { SchemaCompiler } from '../platform/pipeline/json-schema.ts';
import { refusal } from './middleware/parse-request.ts';

/**
 * Gives what somebody decides, with the defaults of the form filled into the answer.
 * @throws GatheringFailure InvalidInput naming everything that does not fit what was asked
 */
export function checkAnswer(
  { form, value, tool, call }: Pick<Approval, 'form' | 'value' | 'tool' | 'call'>,
  decide: Decide,
  { schemas, tools }: { schemas: SchemaCompiler; tools: readonly Tool[] },
): Decide {
  const problems: ProblemItem[] = [];
  const { decision, edit, answer, always } = decide;
  if (edit !== undefined && decision === 'reject')
    problems.push({ path: 'edit', message: 'goes with an approval only: leave it out of a rejection' });
  else if (edit !== undefined && (value === undefined || call?.startsWith('budget/') === true))
    problems.push({ path: 'edit', message: 'is not expected here: nothing is shown that could be edited' });
  else if (edit !== undefined && tool !== undefined && !isJsonObject(edit))
    problems.push({ path: 'edit', message: 'must be an object: all arguments of the tool call' });
  else if (edit !== undefined && tool !== undefined)
    problems.push(
      ...misfits(
        edit,
        tools.find(({ name }) => name === tool),
        schemas,
      ),
    );
  if (always === true && (decision === 'reject' || tool === undefined))
    problems.push({ path: 'always', message: 'goes with the approval of a tool call only' });
  if (form === undefined) {
    if (answer !== undefined)
      problems.push({ path: 'answer', message: 'is not expected here: there is no form' });
  } else if (answer === undefined) {
    if (decision === 'approve')
      problems.push({ path: 'answer', message: 'is missing: the form has to be answered' });
  } else {
    const schema = schemas.compile(form);
    const checked = schema.ok ? schema.check(answer) : schema;
    if (checked.ok && problems.length === 0) return { ...decide, answer: checked.value };
    if (!checked.ok) problems.push(...problemsAt('answer', checked.problems));
  }
  if (problems.length > 0) throw refusal(problems);
  return decide;
}

/** What keeps arguments from being those of a tool. One that is gone by now answers for itself when it is called. */
function misfits(edit: Json, tool: Tool | undefined, schemas: SchemaCompiler): ProblemItem[] {
  if (tool === undefined) return [];
  const schema = schemas.compile(tool.inputSchema);
  const checked = schema.ok ? schema.check(edit) : schema;
  return checked.ok ? [] : problemsAt('edit', checked.problems);
}

const problemsAt = (
  path: 'edit' | 'answer',
  problems: readonly { parts: readonly (string | number)[]; message: string }[],
): ProblemItem[] => problems.map(({ parts, message }) => ({ path: dotted(path, ...parts), message }));
