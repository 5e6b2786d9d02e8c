import { useQuery } from '@tanstack/react-query';

import { isJsonObject, type JsonObject } from '../../../../../contracts/json.ts';
import { useApi } from '../../../lib/services.tsx';
import { Button } from '../../../ui/button.tsx';
import { otherPipelinesQuery, publishedQuery } from '../queries.ts';

interface PipelineInputHintProps {
  /** Name or id. */
  pipeline: string;
  version: number | undefined;
  input: JsonObject;
  onFill: (input: JsonObject) => void;
}

/** What the chosen pipeline takes, and a beginning of it. */
export function PipelineInputHint({ pipeline, version, input, onFill }: PipelineInputHintProps) {
  const api = useApi();
  const { data: pipelines } = useQuery(otherPipelinesQuery(api));
  const chosen = pipelines?.find(({ id, name }) => id === pipeline || name === pipeline);
  const { data } = useQuery({
    ...publishedQuery(api, chosen?.id ?? '', version ?? chosen?.publishedVersion ?? 0),
    enabled: chosen !== undefined,
  });
  const properties = data?.definition.inputSchema?.['properties'];
  if (data === undefined || !isJsonObject(properties)) return null;
  const required = data.definition.inputSchema?.['required'];
  const names = Object.keys(properties);
  const missing = names.filter((name) => input[name] === undefined);
  if (names.length === 0) return null;
  const fill = () =>
    onFill({ ...input, ...Object.fromEntries(missing.map((name) => [name, `{{ input.${name} }}`])) });
  return (
    <div className="-mt-2 flex flex-wrap items-center gap-2 text-sm text-ink-2">
      <p>
        It takes{' '}
        {names.map((name, index) => (
          <span key={name}>
            {index > 0 && ', '}
            <code className="mono">{name}</code>
            {Array.isArray(required) && required.includes(name) ? ' (required)' : ''}
          </span>
        ))}
        .
      </p>
      {missing.length > 0 && (
        <Button className="h-7!" onClick={fill}>
          Put {missing.length === names.length ? 'them' : 'the others'} in
        </Button>
      )}
    </div>
  );
}
