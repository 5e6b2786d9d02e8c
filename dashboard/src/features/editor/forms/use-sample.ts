import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';

import { isJsonObject, type JsonObject } from '../../../../../contracts/json.ts';
import { useApi } from '../../../lib/services.tsx';
import { useEditorServices } from '../editor-services.ts';
import { draftIn, useEditor } from '../editor-store.ts';
import { type Draft, type Level } from '../model/draft.ts';
import { type Bindings, sampleBindings, type SampleSource } from '../model/sample-bindings.ts';
import { sampleInputOf } from '../model/sample-values.ts';
import { scopeOf } from '../model/scope.ts';
import { previewQuery, recordedRunQuery, valueOfPreview } from '../queries.ts';
import { useSettled } from '../use-checked.ts';

/** Where sample data comes from. */
export interface SampleOrigin extends SampleSource {
  /** In words: "made up", "run 3f2a1c". */
  words: string;
}

/** A person's own input where there is one; else that of the latest completed run, with its outputs; else made from the schema. */
export function useSampleOrigin(): SampleOrigin {
  const api = useApi();
  const { pipelineId } = useEditorServices();
  const schema = useEditor((state) => draftIn(state).inputSchema);
  const written = useEditor((state) => state.sampleInput);
  const { data: run } = useQuery(recordedRunQuery(api, pipelineId));
  return useMemo(() => {
    const own = written === null ? undefined : objectOf(written);
    if (own !== undefined) return { input: own, recorded: new Map(), words: 'your sample input' };
    if (run === undefined || run === null)
      return { input: sampleInputOf(schema), recorded: new Map(), words: 'made-up data' };
    const first = run.nodes.filter(({ iteration }) => /^0(\.0)*$/.test(iteration));
    return {
      input: run.input,
      recorded: new Map(
        first.flatMap(({ path, output }) => (output === undefined ? [] : [[path, output] as const])),
      ),
      words: `the latest run (${run.id.slice(-6)})`,
    };
  }, [written, run, schema]);
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // It is being written; its field says what is wrong with it.
  }
}

export interface Sample {
  /** Undefined until they are known. */
  bindings: Bindings | undefined;
  failed: boolean;
}

/** What the expressions of a node would see. */
export function useSample(level: Level, nodeId: string, origin: SampleOrigin): Sample {
  const api = useApi();
  const queries = useQueryClient();
  const draft = useSettled(useEditor(draftIn));
  const scope = useMemo(() => readIn(draft, level, nodeId), [draft, level, nodeId]);
  const { data, isError } = useQuery({
    queryKey: ['editor', 'sample', level, nodeId, scope, origin.input, [...origin.recorded.keys()]],
    queryFn: () =>
      sampleBindings(draft, level, nodeId, {
        ...origin,
        evaluate: async (asked) => valueOfPreview(await queries.query(previewQuery(api, asked))),
      }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return { bindings: data, failed: isError };
}

/** What the sample of a node depends on: not its own texts, so that writing them computes nothing anew. */
const readIn = (draft: Draft, level: Level, nodeId: string) =>
  scopeOf(draft, level, nodeId).map(({ map, graph, upstream }) => ({
    items: map?.config['items'],
    edges: graph.edges,
    upstream: upstream.map(({ id, type, config }) => ({ id, type, config })),
  }));
