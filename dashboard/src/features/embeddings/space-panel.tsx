import type { EmbeddingSpace, SpaceStatus } from '../../../../contracts/embedding.ts';
import { useMay } from '../../lib/policy.ts';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { FieldError } from '../../ui/field.tsx';
import { Facts, Panel } from '../../ui/panel.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { type Status, StatusIcon } from '../../ui/status.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { useSteerSpace } from './queries.ts';
import { progressText, PROVIDER_WORDS, shareOf, SPACE_WORDS } from './words.ts';

const ICONS: Record<SpaceStatus, Status> = {
  active: 'completed',
  building: 'embedding',
  paused: 'paused',
  failed: 'failed',
  retired: 'ended',
};

/** One model that texts are found by, or will be: how far its vectors have come, and what can be done about it. */
export function SpacePanel({ title, space }: { title: string; space: EmbeddingSpace }) {
  const { status, error, dimensions, provider, model, activatedAt, createdAt } = space;
  return (
    <Panel title={title} actions={<SpaceActions space={space} />}>
      <div className="flex flex-col gap-3 p-4">
        <Facts
          items={[
            ['Model', <span className="mono break-all">{model}</span>],
            ['Made by', PROVIDER_WORDS[provider]],
            ['Dimensions', <span className="tabular">{dimensions.toLocaleString('en')}</span>],
            [
              'Status',
              <span className="inline-flex items-center gap-1.5">
                <StatusIcon status={ICONS[status]} />
                {SPACE_WORDS[status]}
              </span>,
            ],
            activatedAt !== null
              ? ['Since', <TimeAgo at={activatedAt} />]
              : ['Begun', <TimeAgo at={createdAt} />],
          ]}
        />
        {error !== null && (
          <FieldError>
            {status === 'building' ? `It is tried again: ${error.message}` : error.message}
          </FieldError>
        )}
        <SpaceMeter space={space} />
      </div>
    </Panel>
  );
}

function SpaceMeter({ space }: { space: EmbeddingSpace }) {
  const share = shareOf(space);
  if (space.progress.total === 0) return <p className="text-sm text-ink-2">{progressText(space)}</p>;
  return (
    <div>
      <ProgressBar
        label={`Embedding by ${space.model}`}
        share={share}
        words={progressText(space)}
        isRunning={space.status === 'building'}
      />
      <p className="tabular mt-1 text-sm text-ink-2">{progressText(space)}</p>
    </div>
  );
}

function SpaceActions({ space: { id, status, model, error } }: { space: EmbeddingSpace }) {
  const mayUpdate = useMay('embeddings:update');
  const steer = useSteerSpace(id);
  if (!mayUpdate) return null;
  const send = (verb: 'pause' | 'resume' | 'cancel') => steer.mutate(verb, { onError: toastFailure });
  return (
    <span className="flex flex-wrap gap-2">
      {status === 'building' && (
        <Button disabled={steer.isPending} onClick={() => send('pause')}>
          Pause
        </Button>
      )}
      {(status === 'paused' || status === 'failed') && (
        <Button disabled={steer.isPending} onClick={() => send('resume')}>
          Resume
        </Button>
      )}
      {status === 'active' && error !== null && (
        <Button disabled={steer.isPending} onClick={() => send('resume')}>
          Try again
        </Button>
      )}
      {(status === 'building' || status === 'paused' || status === 'failed') && (
        <Confirm
          trigger={
            <Button variant="danger" disabled={steer.isPending}>
              Cancel
            </Button>
          }
          title={`Give up changing to ${model}?`}
          confirm="Cancel the change"
          keep="Go on"
          onConfirm={() => send('cancel')}
        >
          What was embedded by it is deleted. The model in use goes on serving, as it did all the time.
        </Confirm>
      )}
    </span>
  );
}
