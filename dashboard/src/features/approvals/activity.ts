import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { channelOf } from '../../../../contracts/place.ts';
import { createBatch } from '../../lib/batch.ts';
import { useServices } from '../../lib/services.tsx';
import { approvalKeys } from './queries.ts';

const BURST_MS = 250;

/** Keeps everything that is known of approvals up to date, from wherever it is loaded. */
export function useApprovalActivity(): void {
  const { live } = useServices();
  const queries = useQueryClient();
  useEffect(() => {
    // Who may decide is for the server to say, so what changed is asked for: once a burst.
    const reload = createBatch<null>(
      () => void queries.invalidateQueries({ queryKey: approvalKeys.all }),
      () => BURST_MS,
    );
    const leave = live.subscribe(channelOf.activity, {
      onMessage: ({ type }) => {
        if (type.startsWith('approval.')) reload.add(null);
      },
    });
    return () => {
      leave();
      reload.stop();
    };
  }, [live, queries]);
}
