import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { channelOf } from '../../../../contracts/place.ts';
import { isTerminal, type Run } from '../../../../contracts/run.ts';
import { createBatch } from '../../lib/batch.ts';
import { useServices } from '../../lib/services.tsx';
import {
  foldRun,
  foldTexts,
  historyOf,
  mergeHistory,
  type RunHistory,
  type RunMessage,
  type TurnTexts,
} from './live.ts';
import { runKeys } from './queries.ts';

const MANY_NODES = 150;

/** Keeps a loaded run up to date until it has ended. */
export function useLiveRun(run: Run | undefined): void {
  const { live } = useServices();
  const queries = useQueryClient();
  const id = run !== undefined && !isTerminal(run.status) ? run.id : null;
  useEffect(() => {
    if (id === null) return;
    const known = () => queries.getQueryData<Run>(runKeys.run(id));
    // Drawing a large run costs more, so it is drawn less often.
    const delayMs = () => ((known()?.nodes.length ?? 0) > MANY_NODES ? 150 : 30);
    const batch = createBatch<RunMessage>((messages) => {
      queries.setQueryData<Run>(runKeys.run(id), (held) => held && foldRun(held, messages));
      queries.setQueryData<TurnTexts>(runKeys.texts(id), (held = {}) => foldTexts(held, messages));
      const news = historyOf(messages);
      if (news.retries.length + news.waits.length + news.discussions.length > 0) {
        queries.setQueryData<RunHistory>(runKeys.history(id), (held) => held && mergeHistory(held, news));
      }
      for (const { type, data } of messages) {
        if (!type.startsWith('node.')) continue;
        const key = runKeys.node(id, String(data['path']), String(data['iteration']));
        void queries.invalidateQueries({ queryKey: key });
      }
      const held = known();
      // The last word is the server's: cost, large outputs and the like are not in the events.
      if (held !== undefined && isTerminal(held.status))
        void queries.invalidateQueries({ queryKey: runKeys.run(id) });
    }, delayMs);
    const leave = live.subscribe(channelOf.run(id), {
      after: known()?.sequence ?? 0,
      onMessage: batch.add,
    });
    return () => {
      leave();
      batch.stop();
    };
  }, [id, live, queries]);
}
