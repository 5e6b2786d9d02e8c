import { Link } from 'react-router';

import { pathOf } from '../../../lib/paths.ts';
import { Field, Select } from '../../../ui/field.tsx';
import { useEditorServices } from '../editor-services.ts';
import type { DraftNode } from '../model/draft.ts';
import { ACTION_FIRST, ACTION_HINTS, ACTION_WORDS } from '../model/form-hints.ts';
import { fieldsOfSchema, variantsOf, wordsOf } from '../model/form-model.ts';
import { messagesAt } from '../model/problems.ts';
import { useForm } from './form-context.ts';
import { FormFields } from './form-fields.tsx';
import { PlainForm, useConfigWriter } from './plain-form.tsx';

/** Which action, and what it needs. */
export function ActionForm({ node }: { node: DraftNode }) {
  const { kinds } = useEditorServices();
  const { problems, secrets } = useForm();
  const write = useConfigWriter(node);
  const schema = kinds.find(({ name }) => name === 'action')?.configSchema;
  const variants = schema === undefined ? undefined : variantsOf(schema);
  if (variants === undefined) return <PlainForm node={node} />;
  const written = node.config[variants.name];
  const chosen = typeof written === 'string' ? written : '';
  const variant = variants.schemas.get(chosen);
  const fields = variant === undefined ? [] : fieldsOfSchema(variant, ACTION_HINTS, node.config);
  return (
    <>
      <Field label="Action" error={messagesAt(problems, ['config', variants.name])}>
        {(control) => (
          <Select
            {...control}
            value={chosen}
            onChange={(event) =>
              write(
                { [variants.name]: event.target.value, ...ACTION_FIRST[event.target.value] },
                variants.name,
              )
            }
          >
            {variant === undefined && <option value={chosen}>Choose …</option>}
            {[...variants.schemas.keys()].map((name) => (
              <option key={name} value={name}>
                {ACTION_WORDS[name] ?? wordsOf(name)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <FormFields fields={fields} value={node.config} path={['config']} onChange={write} />
      <SecretsHint names={secrets ?? []} />
    </>
  );
}

function SecretsHint({ names }: { names: readonly string[] }) {
  return (
    <p className="text-sm text-ink-2">
      Keys and passwords belong into{' '}
      <Link to={pathOf.secrets} target="_blank" className="underline">
        secrets
      </Link>
      : <code className="mono">{`{{ secrets.${names[0] ?? 'NAME'} }}`}</code> puts one in where the action is
      done.{' '}
      {names.length > 0 && (
        <>
          There {names.length === 1 ? 'is' : 'are'} {names.join(', ')}.
        </>
      )}
    </p>
  );
}
