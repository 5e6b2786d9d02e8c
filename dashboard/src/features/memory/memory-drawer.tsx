import { useQuery } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { toast } from 'sonner';

import type { Memory, MemoryDetail } from '../../../../contracts/memory.ts';
import { scopeText } from '../../lib/memory-words.ts';
import { pathOf } from '../../lib/paths.ts';
import { useMay } from '../../lib/policy.ts';
import { useApi } from '../../lib/services.tsx';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Confirm, Drawer } from '../../ui/dialog.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { EditMemory } from './edit-memory.tsx';
import { MemoryChain } from './memory-chain.tsx';
import { MemoryFacts } from './memory-facts.tsx';
import { memoryQuery, useForgetMemory, useIsGoing } from './queries.ts';
import { useBackToList } from './use-back-to-list.ts';
import { KINDS } from './words.ts';

/** One memory: what it says, where it comes from, and what it took the place of. */
export function MemoryDrawer() {
  const { memoryId = '' } = useParams();
  const close = useBackToList();
  const isGoing = useIsGoing(memoryId);
  const { data, error, refetch } = useQuery({ ...memoryQuery(useApi(), memoryId), enabled: !isGoing });
  if (data !== undefined) return <KnownMemory key={data.id} memory={data} onClose={close} />;
  return (
    <Drawer title="Memory" onClose={close}>
      {error === null ? (
        <SkeletonRows rows={4} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </Drawer>
  );
}

function KnownMemory({ memory, onClose }: { memory: MemoryDetail; onClose: () => void }) {
  const [editing, setEditing] = useState(false);
  const mayUpdate = useMay('memories:update');
  const mayForget = useMay('memories:delete');
  const toVersion = useToVersion();
  const isNewest = memory.supersededBy === null;
  return (
    <Drawer
      wide
      title={memory.name ?? KINDS[memory.kind].label}
      subtitle={<p className="text-sm text-ink-2">{scopeText(memory.scope, memory.scopeName)}</p>}
      onClose={onClose}
      footer={
        editing ? undefined : (
          <div className="flex flex-wrap items-center justify-end gap-2">
            {mayForget && <ForgetButton memory={memory} onForgotten={onClose} />}
            {mayUpdate && isNewest && (
              <Button variant="primary" onClick={() => setEditing(true)}>
                <Pencil aria-hidden /> Edit
              </Button>
            )}
          </div>
        )
      }
    >
      <div className="flex flex-col gap-6">
        {!isNewest && <Superseded memory={memory} />}
        {editing ? (
          <EditMemory
            memory={memory}
            onSaved={(saved) => toVersion(saved.id)}
            onClose={() => setEditing(false)}
          />
        ) : (
          <Markdown>{memory.content}</Markdown>
        )}
        <MemoryFacts memory={memory} />
        {memory.chain.length > 1 && (
          <MemoryChain memory={memory} onChanged={(saved) => toVersion(saved.id)} />
        )}
      </div>
    </Drawer>
  );
}

/** Another version takes the place of the one that is shown; the way back leads to the list. */
function useToVersion(): (id: string) => void {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  return (id) =>
    void navigate({ pathname: pathOf.oneMemory(id), search: search.toString() }, { replace: true });
}

function Superseded({ memory }: { memory: MemoryDetail }) {
  const [search] = useSearchParams();
  const newest = memory.chain.findLast(({ supersededBy }) => supersededBy === null);
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-panel bg-waiting-wash px-3 py-2 text-sm">
      <p className="min-w-0 flex-1">This is an earlier version: nothing recalls it any more.</p>
      {newest !== undefined && (
        <ButtonLink to={{ pathname: pathOf.oneMemory(newest.id), search: search.toString() }}>
          Show the newest
        </ButtonLink>
      )}
    </div>
  );
}

function ForgetButton({ memory, onForgotten }: { memory: Memory; onForgotten: () => void }) {
  const forget = useForgetMemory(memory.id, () => {
    toast.success('It is forgotten.');
    onForgotten();
  });
  return (
    <Confirm
      trigger={
        <Button variant="danger" className="mr-auto" disabled={forget.isPending}>
          <Trash2 aria-hidden /> Forget
        </Button>
      }
      title="Forget this memory?"
      confirm="Forget it"
      keep="Keep it"
      onConfirm={() => forget.mutate(undefined, { onError: toastFailure })}
    >
      It goes for good, with all its earlier versions. What was said in conversations stays, so an agent may
      learn it again.
    </Confirm>
  );
}
