import { isJsonObject, type Json, type JsonObject } from '../../../../../contracts/json.ts';
import { Field, FieldError, Input, Select, TextArea } from '../../../ui/field.tsx';
import { type FormField, withField } from '../model/form-model.ts';
import { messagesAt } from '../model/problems.ts';
import { DurationControl } from './duration-control.tsx';
import { ExpressionField } from './expression-field.tsx';
import { type FieldPath, useForm } from './form-context.ts';
import { JsonField } from './json-field.tsx';
import { PairsControl, WordsControl } from './list-controls.tsx';
import { PipelineInputHint } from './pipeline-input-hint.tsx';
import {
  AgentControl,
  CircleControl,
  PipelineControl,
  ToolControl,
  VersionControl,
} from './reference-controls.tsx';
import { SchemaField } from './schema-field.tsx';

interface FormFieldsProps {
  fields: readonly FormField[];
  /** The object whose fields they are. */
  value: JsonObject;
  /** Where it stands in the node. */
  path: FieldPath;
  /** `name` is of the field that changed. */
  onChange: (value: JsonObject, name: string) => void;
}

/** The controls of an object's fields; those that are seldom needed fold away unless they are set. */
export function FormFields({ fields, value, path, onChange }: FormFieldsProps) {
  const seldom = fields.filter((field) => field.seldom);
  const { pipelineId, version, input } = value;
  const takesInput = typeof pipelineId === 'string' && fields.some(({ name }) => name === 'input');
  const one = (field: FormField) => (
    <FormControl
      key={field.name}
      field={field}
      owner={value}
      path={[...path, field.name]}
      onChange={(written) => onChange(withField(value, field.name, written), field.name)}
    />
  );
  return (
    <>
      {fields.filter((field) => !field.seldom).map(one)}
      {takesInput && (
        <PipelineInputHint
          pipeline={pipelineId}
          version={typeof version === 'number' ? version : undefined}
          input={isJsonObject(input) ? input : {}}
          onFill={(filled) => onChange(withField(value, 'input', filled), 'input')}
        />
      )}
      {seldom.length > 0 && (
        <details open={seldom.some(({ name }) => value[name] !== undefined)}>
          <summary className="rounded-sm text-sm text-ink-2 hover:text-ink">More</summary>
          <div className="flex flex-col gap-4 pt-3">{seldom.map(one)}</div>
        </details>
      )}
    </>
  );
}

interface FormControlProps {
  field: FormField;
  owner: JsonObject;
  path: FieldPath;
  onChange: (value: Json | undefined) => void;
}

function FormControl({ field, owner, path, onChange }: FormControlProps) {
  const { problems } = useForm();
  const { label, hint, required, control: kind, placeholder, rows } = field;
  const value = owner[field.name];
  const text = typeof value === 'string' ? value : '';
  /** An optional text that is empty is left out. */
  const write = (written: string) => onChange(written === '' && !required ? undefined : written);
  switch (kind) {
    case 'expression':
    case 'template':
      return (
        <ExpressionField
          {...{ label, hint, path, rows, placeholder }}
          optional={!required}
          form={kind}
          computed={field.computed}
          value={text}
          onChange={write}
        />
      );
    case 'json':
      return <JsonField {...{ label, hint, path, value }} optional={!required} onChange={onChange} />;
    case 'schema':
      return (
        <SchemaField
          {...{ label, hint, path }}
          value={isJsonObject(value) ? value : undefined}
          onChange={onChange}
        />
      );
    case 'group':
      return <Group {...{ field, value, path, onChange }} />;
    case 'boolean':
      return (
        <label className="flex items-center gap-2.5 text-sm font-medium">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={value === true || (value === undefined && field.fallback === true)}
            onChange={(event) => onChange(event.target.checked)}
          />
          {label}
        </label>
      );
    default:
      return (
        <Field
          label={label}
          optional={!required && field.fallback === undefined && kind !== 'words' && kind !== 'pairs'}
          error={messagesAt(problems, path)}
          {...(hint !== undefined && hint !== '' && { hint })}
        >
          {(control) => <PlainControl {...{ field, owner, control, text, write, onChange }} />}
        </Field>
      );
  }
}

interface PlainControlProps extends Omit<FormControlProps, 'path'> {
  control: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean | undefined };
  text: string;
  write: (written: string) => void;
}

function PlainControl({ field, owner, control, text, write, onChange }: PlainControlProps) {
  const value = owner[field.name];
  const { label, placeholder, fallback } = field;
  switch (field.control) {
    case 'choice':
      return (
        <Select
          {...control}
          value={JSON.stringify(value ?? fallback ?? null)}
          onChange={(event) =>
            onChange(
              field.options.find((option) => JSON.stringify(option.value) === event.target.value)?.value,
            )
          }
        >
          {fallback === undefined && <option value="null">{field.required ? 'Choose …' : 'None'}</option>}
          {field.options.map((option) => (
            <option key={option.word} value={JSON.stringify(option.value)}>
              {option.word}
            </option>
          ))}
        </Select>
      );
    case 'number':
      return (
        <Input
          {...control}
          type="number"
          step={field.whole ? 1 : 'any'}
          min={field.least}
          max={field.most}
          value={typeof value === 'number' ? value : ''}
          placeholder={fallback === undefined ? placeholder : JSON.stringify(fallback)}
          className="max-w-40"
          onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.valueAsNumber)}
        />
      );
    case 'duration':
      return (
        <DurationControl
          {...{ control, label }}
          value={text}
          onChange={write}
          {...(typeof fallback === 'string' && { fallback })}
        />
      );
    case 'words':
      return (
        <WordsControl
          id={control.id}
          {...{ label, placeholder }}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(words) => onChange(words.length === 0 && !field.required ? undefined : words)}
        />
      );
    case 'pairs':
      return (
        <PairsControl
          label={label}
          value={isJsonObject(value) ? value : {}}
          onChange={(pairs) => onChange(Object.keys(pairs).length === 0 ? undefined : pairs)}
        />
      );
    case 'agent':
      return <AgentControl {...{ control }} value={text} onChange={write} />;
    case 'circle':
      return <CircleControl {...{ control }} value={text} onChange={write} />;
    case 'tool':
      return <ToolControl {...{ control }} value={text} onChange={write} />;
    case 'pipeline':
      return <PipelineControl {...{ control }} value={text} onChange={write} />;
    case 'version': {
      const pipeline = owner['pipelineId'] ?? owner['pipeline'];
      return (
        <VersionControl
          {...{ control, onChange }}
          pipeline={typeof pipeline === 'string' ? pipeline : ''}
          value={typeof value === 'number' ? value : undefined}
        />
      );
    }
    case 'paragraph':
      return (
        <TextArea
          {...control}
          rows={field.rows}
          value={text}
          onChange={(event) => write(event.target.value)}
        />
      );
    default:
      return (
        <Input
          {...control}
          value={text}
          placeholder={placeholder}
          onChange={(event) => write(event.target.value)}
        />
      );
  }
}

/** Fields that are there together or not at all. */
function Group({
  field,
  value,
  path,
  onChange,
}: Omit<FormControlProps, 'owner'> & { value: Json | undefined }) {
  const { problems } = useForm();
  const on = isJsonObject(value);
  const error = messagesAt(problems, path);
  return (
    <fieldset className="flex flex-col gap-3">
      <label className="flex items-start gap-2.5">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-accent"
          checked={on}
          onChange={(event) => onChange(event.target.checked ? field.first : undefined)}
        />
        <span>
          <span className="text-sm font-medium">{field.label}</span>
          {field.hint !== undefined && <span className="block text-sm text-ink-2">{field.hint}</span>}
        </span>
      </label>
      {on && (
        <div className="ml-2 flex flex-col gap-4 border-l border-line pl-4">
          <FormFields fields={field.fields} value={value} path={path} onChange={onChange} />
        </div>
      )}
      {!on && error !== undefined && <FieldError>{error}</FieldError>}
    </fieldset>
  );
}
