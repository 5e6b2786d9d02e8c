import { useQuery } from '@tanstack/react-query';

import type { Run } from '../../../../contracts/run.ts';
import { versionsQuery } from '../../lib/pipeline-versions.ts';
import { useApi } from '../../lib/services.tsx';
import { Field, Select } from '../../ui/field.tsx';

interface ForkVersionProps {
  run: Run;
  /** Absent: what the run was started with. */
  version: number | undefined;
  onVersion: (version: number | undefined) => void;
}

/** Lets a fork go on with another published version, say one in which a mistake is mended. */
export function ForkVersion({ run, version, onVersion }: ForkVersionProps) {
  const { data } = useQuery(versionsQuery(useApi(), run.pipelineId));
  return (
    <Field
      label="Version"
      hint={
        version === undefined
          ? 'With the agents and sub-pipelines that the run was started with.'
          : 'With its agents and sub-pipelines as they are now.'
      }
    >
      {(control) => (
        <Select
          {...control}
          value={version ?? ''}
          className="max-w-72"
          onChange={(event) => onVersion(event.target.value === '' ? undefined : Number(event.target.value))}
        >
          <option value="">As this run, version {run.pipelineVersion}</option>
          {data?.items.map((published, index) => (
            <option key={published.version} value={published.version}>
              Version {published.version}
              {index === 0 && ', the latest'}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
