import clsx from 'clsx';
import {
  Circle,
  CircleCheck,
  CircleDashed,
  CircleDotDashed,
  CirclePause,
  CircleSlash,
  CircleStop,
  CircleX,
  Clock,
  Hand,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  MessageCircle,
} from 'lucide-react';

import type { ConversationStatus, TurnStatus } from '../../../contracts/conversation.ts';
import type { DocumentStatus } from '../../../contracts/knowledge.ts';
import type { NodeStatus, RunStatus } from '../../../contracts/run.ts';

/** `waiting` is for a person, `sleeping` for an instant; the last three are what became of a question to people. */
export type Status =
  | RunStatus
  | NodeStatus
  | ConversationStatus
  | TurnStatus
  | DocumentStatus
  | 'sleeping'
  | 'approved'
  | 'rejected'
  | 'expired';

interface Appearance {
  word: string;
  icon: LucideIcon;
  /** Text colour; the icon takes it too. */
  ink: string;
  moving?: boolean;
}

const APPEARANCE: Record<Status, Appearance> = {
  queued: { word: 'Queued', icon: CircleDotDashed, ink: 'text-quiet' },
  pending: { word: 'Pending', icon: Circle, ink: 'text-quiet' },
  running: { word: 'Running', icon: LoaderCircle, ink: 'text-running', moving: true },
  parsing: { word: 'Reading', icon: LoaderCircle, ink: 'text-running', moving: true },
  embedding: { word: 'Embedding', icon: LoaderCircle, ink: 'text-running', moving: true },
  waiting: { word: 'Waiting for a person', icon: Hand, ink: 'text-waiting' },
  sleeping: { word: 'Waiting for its time', icon: Hourglass, ink: 'text-quiet' },
  paused: { word: 'Paused', icon: CirclePause, ink: 'text-quiet' },
  completed: { word: 'Completed', icon: CircleCheck, ink: 'text-completed' },
  failed: { word: 'Failed', icon: CircleX, ink: 'text-failed' },
  canceled: { word: 'Canceled', icon: CircleSlash, ink: 'text-quiet' },
  timed_out: { word: 'Timed out', icon: Clock, ink: 'text-failed' },
  skipped: { word: 'Skipped', icon: CircleDashed, ink: 'text-quiet' },
  approved: { word: 'Approved', icon: CircleCheck, ink: 'text-completed' },
  rejected: { word: 'Rejected', icon: CircleX, ink: 'text-failed' },
  expired: { word: 'Expired', icon: Clock, ink: 'text-failed' },
  idle: { word: 'Waiting for a message', icon: MessageCircle, ink: 'text-quiet' },
  ended: { word: 'Ended', icon: CircleSlash, ink: 'text-quiet' },
  stopped: { word: 'Stopped', icon: CircleStop, ink: 'text-quiet' },
};

export const statusWord = (status: Status): string => APPEARANCE[status].word;

interface StatusProps {
  status: Status;
  /** Attempt number; from the second on a running status says so. */
  attempts?: number;
  className?: string;
}

/** The one way a status is shown: icon, word and colour, never colour alone. */
export function StatusLabel({ status, attempts = 1, className }: StatusProps) {
  const { word, ink } = APPEARANCE[status];
  return (
    <span
      className={clsx('inline-flex items-baseline gap-1.5 font-medium whitespace-nowrap', ink, className)}
    >
      <StatusIcon status={status} className="self-center" />
      {status === 'running' && attempts > 1 ? `Retrying, attempt ${attempts}` : word}
    </span>
  );
}

/** The icon alone, for places where the word stands elsewhere; read out as the word. */
export function StatusIcon({ status, label = false, className }: StatusProps & { label?: boolean }) {
  const { icon: Icon, ink, moving, word } = APPEARANCE[status];
  return (
    <Icon
      className={clsx(
        'size-4 shrink-0',
        ink,
        moving === true && 'animate-spin [animation-duration:1.4s]',
        className,
      )}
      {...(label ? { role: 'img', 'aria-label': word } : { 'aria-hidden': true })}
    />
  );
}
