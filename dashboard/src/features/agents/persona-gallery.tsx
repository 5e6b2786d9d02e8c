import { useQuery } from '@tanstack/react-query';
import { FilePlus2, FileUp } from 'lucide-react';
import { useRef, useState } from 'react';

import type { Persona } from '../../../../contracts/agent.ts';
import { useApi } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/field.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import type { AgentSource } from './agent-draft.ts';
import { readAgentFile } from './agent-file.ts';
import { personasQuery } from './queries.ts';

/** What a new agent is made from: a persona, a file, or nothing. */
export function PersonaGallery({ onStart }: { onStart: (source: AgentSource) => void }) {
  const [wanted, setWanted] = useState('');
  const { data, error, refetch } = useQuery(personasQuery(useApi()));
  const shown = data?.filter((persona) => fits(persona, wanted));
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => onStart({})}>
          <FilePlus2 aria-hidden /> Start from nothing
        </Button>
        <FileStart onStart={onStart} />
      </div>
      <Input
        type="search"
        autoFocus
        aria-label="Search personas"
        placeholder="Search personas"
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
      />
      {shown === undefined ? (
        error === null ? (
          <SkeletonRows rows={6} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : shown.length === 0 ? (
        <p className="text-sm text-ink-2">No persona fits “{wanted}”.</p>
      ) : (
        <ul aria-label="Personas" className="flex flex-col gap-2">
          {shown.map((persona) => (
            <li key={persona.name}>
              <PersonaCard persona={persona} onChoose={() => onStart(sourceOf(persona))} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function PersonaCard({ persona, onChoose }: { persona: Persona; onChoose: () => void }) {
  const { name, role, summary, tools } = persona;
  return (
    <button
      type="button"
      onClick={onChoose}
      className="flex w-full flex-col gap-1 rounded-panel border border-line px-3 py-2.5 text-left hover:border-line-strong hover:bg-hover"
    >
      <span className="font-medium">{name}</span>
      <span className="text-sm">{role}</span>
      <span className="text-sm text-ink-2">{summary}</span>
      {tools.length > 0 && <span className="mono text-ink-3">{tools.join(' · ')}</span>}
    </button>
  );
}

function FileStart({ onStart }: { onStart: (source: AgentSource) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();
  const read = async (file: File): Promise<void> => {
    const found = await readAgentFile(await file.text());
    setProblem(found.ok ? undefined : `${file.name}: ${found.problem}`);
    if (found.ok) onStart(found.source);
  };
  return (
    <>
      <Button onClick={() => input.current?.click()}>
        <FileUp aria-hidden /> Open a file
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".yaml,.yml,.json"
        aria-label="Agent as YAML"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = '';
          if (file !== undefined) void read(file);
        }}
      />
      {problem !== undefined && (
        <p role="alert" className="basis-full text-sm break-words text-failed">
          {problem}
        </p>
      )}
    </>
  );
}

const sourceOf = ({ name, role, personality, instructions, tools, approveTools }: Persona): AgentSource => ({
  ...{ name, role, persona: name, personality, instructions, tools, approveTools },
});

const fits = ({ name, role, summary }: Persona, wanted: string): boolean =>
  `${name} ${role} ${summary}`.toLowerCase().includes(wanted.trim().toLowerCase());
