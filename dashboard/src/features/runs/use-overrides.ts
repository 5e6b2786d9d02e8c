import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import type { Json, JsonObject } from '../../../../contracts/json.ts';
import type { ProblemItem } from '../../../../contracts/problem.ts';
import type { Run, RunNode } from '../../../../contracts/run.ts';
import { useApi } from '../../lib/services.tsx';
import { without } from '../../lib/without.ts';
import { runNodeQuery } from './queries.ts';

/** Outputs that are given in place of recorded ones, as they are typed: JSON, by the ids of their nodes. */
export interface Overrides {
  drafts: Readonly<Record<string, string>>;
  errors: Readonly<Record<string, string>>;
  /** Begins with the recorded output. */
  add: (id: string) => void;
  change: (id: string, text: string) => void;
  remove: (id: string) => void;
  /** Null where one of them is no JSON, which is shown from then on. */
  read: () => JsonObject | null;
  refuse: (problems: readonly ProblemItem[]) => void;
}

export function useOverrides(run: Run, nodes: readonly RunNode[]): Overrides {
  const api = useApi();
  const queries = useQueryClient();
  const [drafts, setDrafts] = useState<Record<string, string>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const change = (id: string, text: string) => {
    setDrafts((held) => ({ ...held, [id]: text }));
    setErrors((held) => without(held, id));
  };
  return {
    drafts,
    errors,
    change,
    add: (id) => {
      const held = nodes.find((node) => node.id === id)?.output;
      change(id, textOf(held));
      if (held !== undefined) return;
      queries.query(runNodeQuery(api, run.id, id, '0')).then(
        ({ output }) => change(id, textOf(output)),
        () =>
          setErrors((known) => ({ ...known, [id]: 'Its output could not be loaded; write another one.' })),
      );
    },
    remove: (id) => {
      setDrafts((held) => without(held, id));
      setErrors((held) => without(held, id));
    },
    read: () => {
      const outputs: JsonObject = {};
      const refused: Record<string, string> = {};
      for (const [id, text] of Object.entries(drafts)) {
        const parsed = parse(text);
        if ('error' in parsed) refused[id] = parsed.error;
        else outputs[id] = parsed.value;
      }
      setErrors(refused);
      return Object.keys(refused).length === 0 ? outputs : null;
    },
    refuse: (problems) => {
      const named = problems.flatMap(({ path, message }) => {
        const id = /^\/?overrides[./](.+)$/.exec(path)?.[1];
        return id === undefined ? [] : [[id, message] as const];
      });
      setErrors(Object.fromEntries(named));
    },
  };
}

const textOf = (output: Json | undefined): string =>
  output === undefined ? '' : JSON.stringify(output, null, 2);

function parse(text: string): { value: Json } | { error: string } {
  try {
    // JSON.parse gives JSON.
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return {
      error: `This is not JSON: ${error instanceof Error ? error.message : String(error)}. A text stands in quotes.`,
    };
  }
}
