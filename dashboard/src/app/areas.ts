import {
  Binary,
  Bot,
  Brain,
  Coins,
  FileText,
  House,
  Inbox,
  KeyRound,
  ListVideo,
  type LucideIcon,
  MessagesSquare,
  ScrollText,
  Users,
  UsersRound,
  Waypoints,
} from 'lucide-react';

import type { Permission } from '../../../contracts/policy.ts';
import { pathOf } from '../lib/paths.ts';

export interface Area {
  label: string;
  to: string;
  icon: LucideIcon;
  group: 'Now' | 'Team' | 'Work' | 'Knowledge' | 'Operation';
  /** Who may not read it does not see it. */
  permission: Permission;
  /** How many things a person has to do here is shown beside it. */
  counts?: 'approvals';
}

/** What can be gone to, from the navigation and from the palette. What is not built is not here. */
export const AREAS: readonly Area[] = [
  { label: 'Home', to: pathOf.home, icon: House, group: 'Now', permission: 'account:read' },
  {
    label: 'Inbox',
    to: pathOf.inbox,
    icon: Inbox,
    group: 'Now',
    permission: 'approvals:read',
    counts: 'approvals',
  },
  { label: 'Agents', to: pathOf.agents, icon: Bot, group: 'Team', permission: 'agents:read' },
  { label: 'Circles', to: pathOf.circles, icon: UsersRound, group: 'Team', permission: 'circles:read' },
  {
    label: 'Conversations',
    to: pathOf.conversations,
    icon: MessagesSquare,
    group: 'Team',
    permission: 'conversations:read',
  },
  { label: 'Pipelines', to: pathOf.pipelines, icon: Waypoints, group: 'Work', permission: 'pipelines:read' },
  { label: 'Runs', to: pathOf.runs, icon: ListVideo, group: 'Work', permission: 'runs:read' },
  { label: 'Memory', to: pathOf.memory, icon: Brain, group: 'Knowledge', permission: 'memories:read' },
  {
    label: 'Documents',
    to: pathOf.documents,
    icon: FileText,
    group: 'Knowledge',
    permission: 'knowledge:read',
  },
  { label: 'Costs', to: pathOf.costs, icon: Coins, group: 'Operation', permission: 'costs:read' },
  { label: 'Audit', to: pathOf.audit, icon: ScrollText, group: 'Operation', permission: 'audit:read' },
  { label: 'Secrets', to: pathOf.secrets, icon: KeyRound, group: 'Operation', permission: 'secrets:read' },
  {
    label: 'Embeddings',
    to: pathOf.embeddings,
    icon: Binary,
    group: 'Operation',
    permission: 'embeddings:read',
  },
  { label: 'Users', to: pathOf.users, icon: Users, group: 'Operation', permission: 'users:read' },
];
