import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { counted } from '../../../lib/format.ts';
import { useMay } from '../../../lib/policy.ts';
import { useApi } from '../../../lib/services.tsx';
import { Select } from '../../../ui/field.tsx';
import { useEditorServices } from '../editor-services.ts';
import {
  agentNamesQuery,
  circleNamesQuery,
  otherPipelinesQuery,
  secretNamesQuery,
  toolNamesQuery,
  versionsOfQuery,
} from '../queries.ts';

interface ReferenceProps {
  control: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean | undefined };
  value: string;
  onChange: (value: string) => void;
}

interface Choice {
  value: string;
  word: string;
}

function Choices({
  control,
  value,
  onChange,
  choices,
  what,
  children,
}: ReferenceProps & { choices: readonly Choice[] | undefined; what: string; children?: ReactNode }) {
  const known = choices?.some((choice) => choice.value === value) ?? true;
  return (
    <>
      <Select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{choices === undefined ? 'Loading …' : `Choose ${what} …`}</option>
        {!known && value !== '' && <option value={value}>{value} (there is none of this name)</option>}
        {choices === undefined && value !== '' && <option value={value}>{value}</option>}
        {choices?.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.word}
          </option>
        ))}
      </Select>
      {children}
    </>
  );
}

/** Agents by name, which outlives a copy of the pipeline to another house; one that is named by its id stays so. */
export function AgentControl(props: ReferenceProps) {
  const { data } = useQuery(agentNamesQuery(useApi()));
  const choices = data?.map(({ id, name, role }) => ({
    value: props.value === id ? id : name,
    word: `${name} – ${role}`,
  }));
  return <Choices {...props} what="an agent" choices={choices} />;
}

/** Circles by name, like agents; those that the person sees. */
export function CircleControl(props: ReferenceProps) {
  const { data } = useQuery(circleNamesQuery(useApi()));
  const choices = data?.map(({ id, name, agents }) => ({
    value: props.value === id ? id : name,
    word: `${name} (${counted(agents, 'agent')})`,
  }));
  return <Choices {...props} what="a circle" choices={choices} />;
}

export function PipelineControl(props: ReferenceProps) {
  const { pipelineId } = useEditorServices();
  const { data } = useQuery(otherPipelinesQuery(useApi()));
  const choices = data
    ?.filter(({ id }) => id !== pipelineId)
    .map(({ id, name, nodeCount }) => ({
      value: props.value === id ? id : name,
      word: `${name} (${counted(nodeCount, 'node')})`,
    }));
  return <Choices {...props} what="a pipeline" choices={choices} />;
}

export function ToolControl(props: ReferenceProps) {
  const { data } = useQuery(toolNamesQuery(useApi()));
  const choices = data?.map(({ name, description }) => ({ value: name, word: `${name} – ${description}` }));
  return <Choices {...props} what="a tool" choices={choices} />;
}

interface VersionProps {
  control: ReferenceProps['control'];
  pipeline: string;
  value: number | undefined;
  onChange: (version: number | undefined) => void;
}

export function VersionControl({ control, pipeline, value, onChange }: VersionProps) {
  const api = useApi();
  const { data: pipelines } = useQuery(otherPipelinesQuery(api));
  const id =
    pipelines?.find((candidate) => candidate.id === pipeline || candidate.name === pipeline)?.id ?? null;
  const { data: versions = [] } = useQuery(versionsOfQuery(api, id));
  return (
    <Select
      {...control}
      value={value ?? ''}
      className="max-w-60"
      onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))}
    >
      <option value="">The latest one</option>
      {value !== undefined && !versions.includes(value) && <option value={value}>{value}</option>}
      {versions.map((version) => (
        <option key={version} value={version}>
          Version {version}
        </option>
      ))}
    </Select>
  );
}

/** Names of the secrets, where the person may see them. */
export function useSecretNames(wanted: boolean): readonly string[] {
  const mayRead = useMay('secrets:read');
  const { data } = useQuery({ ...secretNamesQuery(useApi()), enabled: wanted && mayRead });
  return data ?? [];
}
