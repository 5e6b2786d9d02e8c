import type { Role } from './user.ts';

const everyone = ['admin', 'editor', 'operator', 'viewer'] as const;
const operators = ['admin', 'editor', 'operator'] as const;
const editors = ['admin', 'editor'] as const;
const admins = ['admin'] as const;

/**
 * The one policy table: who may do what with which resource. Routes, sockets and workflow Updates ask it.
 * A route names an entry by type, so that one without an entry does not compile.
 */
export const POLICY = {
  account: { read: everyone },
  users: { read: admins, create: admins, delete: admins },
  agents: { read: everyone, create: editors, update: editors, delete: editors },
  circles: { read: everyone, create: editors, update: editors, delete: editors },
  /** Those of private circles are for their members only; `converse` is to start, to speak and to steer. */
  conversations: { read: everyone, converse: operators },
  /** What model calls used and cost, and the limits of that. */
  costs: { read: everyone },
  budgets: { read: everyone, update: editors },
  personas: { read: everyone },
  providers: { read: everyone },
  tools: { read: everyone },
  pipelines: { read: everyone, create: editors, update: editors, delete: editors },
  breakers: { read: everyone, reset: operators },
  runs: {
    read: everyone,
    start: operators,
    update: operators,
    delete: editors,
    cancel: operators,
    pause: operators,
  },
  /** Who of them decides a particular one, its approvers say: `isAsked`. */
  approvals: { read: everyone, decide: everyone },
  /** Whose they are to see, their audiences say; observers of a circle only read those of it. */
  memories: { read: everyone, create: operators, update: operators, delete: operators },
  knowledge: { read: everyone, create: operators, update: operators, delete: operators },
  /** How long, and how much, is remembered. */
  retention: { read: admins, update: admins },
  /** The models that what is remembered is found by. */
  embeddings: { read: everyone, update: admins },
  audit: { read: admins },
  secrets: { read: editors, write: admins, delete: admins },
} as const satisfies Record<string, Record<string, readonly Role[]>>;

export type Resource = keyof typeof POLICY;
export type Permission = { [R in Resource]: `${R}:${Extract<keyof (typeof POLICY)[R], string>}` }[Resource];

/** Whether a role may do what a permission such as `runs:cancel` names. Unknown permissions are refused. */
export function isAllowed(role: Role, permission: Permission): boolean {
  const [resource = '', action = ''] = permission.split(':');
  const table: Record<string, Record<string, readonly Role[]>> = POLICY;
  return table[resource]?.[action]?.includes(role) ?? false;
}
