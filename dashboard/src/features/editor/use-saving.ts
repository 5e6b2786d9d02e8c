import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { toast } from 'sonner';

import { Pipeline } from '../../../../contracts/pipeline.ts';
import { ApiFailure, wordsOf } from '../../lib/failure.ts';
import { counted } from '../../lib/format.ts';
import { useApi } from '../../lib/services.tsx';
import { uniqueKey } from '../../lib/unique.ts';
import { draftIn, isDirty, useEditorStore } from './editor-store.ts';
import type { Draft } from './model/draft.ts';
import { pipelineKey, PIPELINES_KEY } from './queries.ts';

export interface Saving {
  /** As the API has it; null for a pipeline that has never been saved. */
  stored: Pipeline | null;
  busy: 'saving' | 'publishing' | null;
  /** Somebody else saved first; what is here is kept until a person decides. */
  conflict: Pipeline | null;
  /** Null where it did not come about; the person has been told why. */
  save: () => Promise<Pipeline | null>;
  /** Saves first what is not saved. */
  publish: () => Promise<Pipeline | null>;
  /** Saves over what somebody else saved. */
  overwrite: () => Promise<Pipeline | null>;
  endConflict: () => void;
  /** What is here was made to an earlier revision: saving it is a conflict if there is a later one. */
  rebase: (revision: number | null) => void;
}

/** Saves and publishes, one at a time. */
export function useSaving(opened: Pipeline | null, onCreated: (made: Pipeline) => void): Saving {
  const api = useApi();
  const queries = useQueryClient();
  const store = useEditorStore();
  const [stored, setStored] = useState(opened);
  const [busy, setBusy] = useState<Saving['busy']>(null);
  const [conflict, setConflict] = useState<Pipeline | null>(null);
  const keyOf = useKeys();

  const take = (pipeline: Pipeline, draft: Draft | null) => {
    setStored(pipeline);
    if (draft !== null) store.getState().markSaved(draft);
    queries.setQueryData(pipelineKey(pipeline.id), pipeline);
    void queries.invalidateQueries({ queryKey: PIPELINES_KEY });
  };

  const put = async (base: Pipeline | null): Promise<Pipeline | null> => {
    const draft = draftIn(store.getState());
    const { unreadable } = store.getState();
    if (unreadable !== null) {
      toast.error('The YAML cannot be read. Mend it, then save.');
      return null;
    }
    const saved =
      base === null
        ? await api.post('/pipelines', Pipeline, {
            body: draft,
            idempotencyKey: keyOf(JSON.stringify(draft)),
          })
        : await api.put(`/pipelines/${base.id}`, Pipeline, { body: draft, ifMatch: base.revision });
    take(saved, draft);
    if (base === null) {
      toast.success('Created, and published as version 1');
      onCreated(saved);
    }
    return saved;
  };

  const attempt = async (
    doing: Exclude<Saving['busy'], null>,
    work: () => Promise<Pipeline | null>,
  ): Promise<Pipeline | null> => {
    if (busy !== null) return null;
    setBusy(doing);
    try {
      return await work();
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 412 && stored !== null)
        setConflict(await api.get(`/pipelines/${stored.id}`, Pipeline));
      else {
        if (error instanceof ApiFailure && error.status === 422) store.getState().showProblems(true);
        toast.error(refusalOf(error));
      }
      return null;
    } finally {
      setBusy(null);
    }
  };

  return {
    stored,
    busy,
    conflict,
    save: () =>
      attempt('saving', async () => {
        const saved = await put(stored);
        if (saved !== null && stored !== null) toast.success('Draft saved');
        return saved;
      }),
    publish: () =>
      attempt('publishing', async () => {
        const base = stored === null || isDirty(store.getState()) ? await put(stored) : stored;
        // What has just been made is version 1 already.
        if (base === null || stored === null) return base;
        const published = await api.post(`/pipelines/${base.id}/publish`, Pipeline, {
          ifMatch: base.revision,
          idempotencyKey: keyOf(`publish ${base.id} ${base.revision}`),
        });
        take(published, null);
        toast.success(`Published as version ${published.publishedVersion}. New runs use it.`);
        return published;
      }),
    overwrite: () =>
      attempt('saving', async () => {
        setConflict(null);
        const saved = await put(conflict);
        if (saved !== null) toast.success('Draft saved over the other one');
        return saved;
      }),
    endConflict: () => setConflict(null),
    rebase: (revision) =>
      setStored((held) => (held === null || revision === null ? held : { ...held, revision })),
  };
}

function refusalOf(error: unknown): string {
  if (error instanceof ApiFailure && error.status === 422 && error.problem.errors.length > 0)
    return `Nothing was saved: ${counted(error.problem.errors.length, 'problem')} first. They are listed below.`;
  const { title, detail } = wordsOf(error);
  return `Nothing was saved: ${detail === '' ? title : detail}`;
}

/** The same key for the same content, so that trying again after a lost answer makes nothing twice. */
function useKeys(): (content: string) => string {
  const held = useRef({ content: '', key: '' });
  return (content) => {
    if (held.current.content !== content) held.current = { content, key: uniqueKey() };
    return held.current.key;
  };
}
