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
  const store = useEditorStore();
  const { stored, take, rebase } = useStored(opened);
  const { busy, conflict, endConflict, attempt } = useAttempts(stored);
  const keyOf = useKeys();

  const put = async (base: Pipeline | null): Promise<Pipeline | null> => {
    const draft = draftIn(store.getState());
    if (store.getState().unreadable !== null) {
      toast.error('The YAML cannot be read. Mend it, then save.');
      return null;
    }
    if (base !== null) {
      const saved = await api.put(`/pipelines/${base.id}`, Pipeline, { body: draft, ifMatch: base.revision });
      take(saved, draft);
      return saved;
    }
    const idempotencyKey = keyOf(JSON.stringify(draft));
    const made = await api.post('/pipelines', Pipeline, { body: draft, idempotencyKey });
    take(made, draft);
    toast.success('Created, and published as version 1');
    onCreated(made);
    return made;
  };

  const publish = async (): Promise<Pipeline | null> => {
    const base = stored === null || isDirty(store.getState()) ? await put(stored) : stored;
    // What has just been made is version 1 already.
    if (base === null || stored === null) return base;
    const published = await api.post(`/pipelines/${base.id}/publish`, Pipeline, {
      ifMatch: base.revision,
      idempotencyKey: keyOf(`publish ${base.id} ${base.revision}`),
    });
    take(published);
    toast.success(`Published as version ${published.publishedVersion}. New runs use it.`);
    return published;
  };

  const saveOver = async (base: Pipeline | null, words: string): Promise<Pipeline | null> => {
    const saved = await put(base);
    if (saved !== null && base !== null) toast.success(words);
    return saved;
  };

  return {
    ...{ stored, busy, conflict, endConflict, rebase },
    save: () => attempt('saving', () => saveOver(stored, 'Draft saved')),
    publish: () => attempt('publishing', publish),
    overwrite: () => {
      endConflict();
      return attempt('saving', () => saveOver(conflict, 'Draft saved over the other one'));
    },
  };
}

/** The pipeline as the API has it, here and in what the rest of the dashboard has loaded. */
function useStored(opened: Pipeline | null) {
  const queries = useQueryClient();
  const store = useEditorStore();
  const [stored, setStored] = useState(opened);
  return {
    stored,
    take: (pipeline: Pipeline, draft?: Draft) => {
      setStored(pipeline);
      if (draft !== undefined) store.getState().markSaved(draft);
      queries.setQueryData(pipelineKey(pipeline.id), pipeline);
      void queries.invalidateQueries({ queryKey: PIPELINES_KEY });
    },
    rebase: (revision: number | null) =>
      setStored((held) => (held === null || revision === null ? held : { ...held, revision })),
  };
}

type Work = () => Promise<Pipeline | null>;

/** Does one thing at a time, and says why one did not come about. */
function useAttempts(stored: Pipeline | null) {
  const api = useApi();
  const store = useEditorStore();
  const [busy, setBusy] = useState<Saving['busy']>(null);
  const [conflict, setConflict] = useState<Pipeline | null>(null);
  const fail = async (error: unknown): Promise<void> => {
    if (error instanceof ApiFailure && error.status === 412 && stored !== null) {
      try {
        setConflict(await api.get(`/pipelines/${stored.id}`, Pipeline));
        return;
      } catch (unreachable) {
        toast.error(refusalOf(unreachable));
        return;
      }
    }
    if (error instanceof ApiFailure && error.status === 422) store.getState().showProblems(true);
    toast.error(refusalOf(error));
  };
  const attempt = async (doing: Exclude<Saving['busy'], null>, work: Work): Promise<Pipeline | null> => {
    if (busy !== null) return null;
    setBusy(doing);
    try {
      return await work();
    } catch (error) {
      await fail(error);
      return null;
    } finally {
      setBusy(null);
    }
  };
  return { busy, conflict, endConflict: () => setConflict(null), attempt };
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
