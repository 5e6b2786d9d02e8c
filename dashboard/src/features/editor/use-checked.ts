import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';

import { useApi } from '../../lib/services.tsx';
import { draftIn, useEditor } from './editor-store.ts';
import { placeProblems } from './model/problems.ts';
import type { Checked } from './problem-list.tsx';
import { validationQuery } from './queries.ts';

const PAUSE_MS = 350;

/** A value once it has not changed for a moment. */
export function useSettled<T>(value: T, pauseMs = PAUSE_MS): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return settled;
}

/** What is wrong with the draft; until the latest change has been checked, what was wrong before it. */
export function useChecked(): Checked {
  const api = useApi();
  const draft = useEditor(draftIn);
  const settled = useSettled(draft);
  const { data, isError, isPlaceholderData } = useQuery({
    ...validationQuery(api, settled),
    placeholderData: keepPreviousData,
  });
  const problems = useMemo(
    () => (data === undefined ? [] : placeProblems(data.draft, data.problems)),
    [data],
  );
  return {
    problems,
    checking: data === undefined || isPlaceholderData || settled !== draft,
    failed: isError,
  };
}
