import {
  Bot,
  Box,
  Braces,
  Filter,
  GitBranch,
  GitMerge,
  type LucideIcon,
  Play,
  Repeat2,
  Send,
  Split,
  Timer,
  UserCheck,
  UsersRound,
  Waypoints,
} from 'lucide-react';

interface KindAppearance {
  word: string;
  icon: LucideIcon;
}

const KINDS: Record<string, KindAppearance> = {
  agent: { word: 'Agent', icon: Bot },
  circle: { word: 'Circle', icon: UsersRound },
  action: { word: 'Action', icon: Send },
  condition: { word: 'Condition', icon: GitBranch },
  transform: { word: 'Transform', icon: Braces },
  filter: { word: 'Filter', icon: Filter },
  merge: { word: 'Merge', icon: GitMerge },
  map: { word: 'Map', icon: Repeat2 },
  delay: { word: 'Delay', icon: Timer },
  human: { word: 'Approval', icon: UserCheck },
  pipeline: { word: 'Pipeline', icon: Waypoints },
  trigger: { word: 'Trigger', icon: Play },
  parallel: { word: 'Parallel', icon: Split },
};

/** Word and icon of a node kind; a kind that came after this dashboard gets a plain box and its own name. */
export const kindOf = (kind: string): KindAppearance => KINDS[kind] ?? { word: kind, icon: Box };
