import { GatheringFailure } from '../../contracts/failure.ts';
import type { MemoryScope, MemorySource } from '../../contracts/memory.ts';
import type { Blocks } from '../../store/memory/blocks.ts';
import type { Memories } from '../../store/memory/memories.ts';
import type { MemoryCaller, MemoryCallers } from '../../store/memory/memory-callers.ts';
import type { RememberedBy } from '../../store/memory/memory-writes.ts';
import type { Rerank } from '../../store/memory/rerank.ts';
import type { MemorySearch } from '../../store/memory/search.ts';
import type { MemoryViewer } from '../../store/memory/walls.ts';
import type { AccountedModel } from '../model/index.ts';
import { rerankByModel } from './rerank-by-model.ts';
import type { ToolContext } from './tool-kind.ts';

export interface MemoryToolDependencies {
  memories: Pick<Memories, 'remember' | 'forgetMemory'>;
  blocks: Pick<Blocks, 'writeBlock'>;
  memorySearch: MemorySearch;
  callers: MemoryCallers;
  /** Absent where no model may be run: nothing is reranked then. */
  model?: AccountedModel;
}

/** Who calls a tool of memory: what they see, where they may remember, and what is kept of where it comes from. */
export interface Rememberer {
  viewer: MemoryViewer;
  by: RememberedBy;
  source: Partial<Omit<MemorySource, 'by'>> & { personId?: string | null };
  /** Where it remembers, the usual place first. */
  scopes: readonly MemoryScope[];
  /** Orders what is found again by the model of the agent; absent where there is none. */
  rerank: Rerank | undefined;
}

/** @throws GatheringFailure NotFound for an agent that is gone meanwhile, Forbidden for one that has no memory */
export async function remembererOf(
  { callers, model }: Pick<MemoryToolDependencies, 'callers' | 'model'>,
  { caller, agentId, idempotencyKey }: Pick<ToolContext, 'caller' | 'agentId' | 'idempotencyKey'>,
): Promise<Rememberer> {
  const inConversation = caller.kind === 'conversation' && agentId !== undefined;
  const found = inConversation
    ? await callers.findSpeaker(caller.id, agentId)
    : await callers.findInRun(caller.id, agentId);
  if (found === null) throw new GatheringFailure('NotFound', 'The agent that calls this is gone');
  if (found.memoryScopes.length === 0)
    throw new GatheringFailure(
      'Forbidden',
      'You have no memory: nobody has given you a scope to remember in',
    );
  const { runsOn, circleId } = found;
  const canRerank = model !== undefined && agentId !== undefined && runsOn !== null;
  return {
    rerank: canRerank
      ? rerankByModel(model, { agentId, caller, idempotencyKey }, { ...runsOn, circleId })
      : undefined,
    by: { kind: agentId === undefined ? 'run' : 'agent', id: agentId ?? caller.id, name: found.name },
    ...(inConversation ? speaker(caller.id, agentId, found) : inRun(caller.id, agentId, found)),
  };
}

function speaker(
  conversationId: string,
  agentId: string,
  { memoryScopes, circleId, heard }: MemoryCaller,
): Omit<Rememberer, 'by' | 'rerank'> {
  const places: Partial<Record<string, MemoryScope>> = {
    ...(circleId === null ? {} : { circle: { kind: 'circle', id: circleId } }),
    agent: { kind: 'agent', id: agentId },
    conversation: { kind: 'conversation', id: conversationId },
    global: { kind: 'global' },
  };
  return {
    viewer: { kind: 'agent', agentId, conversationId },
    scopes: Object.entries(places).flatMap(([kind, scope]) =>
      scope !== undefined && memoryScopes.some((own) => own === kind) ? [scope] : [],
    ),
    source: {
      conversationId,
      ...(heard === null
        ? {}
        : {
            messages: { branch: heard.branch, from: heard.sequence, until: heard.sequence },
            personId: heard.personId,
          }),
    },
  };
}

function inRun(
  runId: string,
  agentId: string | undefined,
  { memoryScopes }: MemoryCaller,
): Omit<Rememberer, 'by' | 'rerank'> {
  const own: MemoryScope[] =
    agentId !== undefined && memoryScopes.includes('agent') ? [{ kind: 'agent', id: agentId }] : [];
  const everywhere: MemoryScope[] = memoryScopes.includes('global') ? [{ kind: 'global' }] : [];
  return {
    viewer: { kind: 'run', runId, ...(agentId === undefined ? {} : { agentId }) },
    scopes: [...own, ...everywhere],
    source: { runId },
  };
}

/**
 * The scope of a kind, or the usual one.
 * @throws GatheringFailure Forbidden where the caller has none of that kind here, naming those that it has
 */
export function scopeFor({ scopes }: Rememberer, kind: string): MemoryScope {
  const chosen = kind === '' ? scopes[0] : scopes.find((scope) => scope.kind === kind);
  if (chosen !== undefined) return chosen;
  const own = scopes.length === 0 ? 'none' : scopes.map((scope) => scope.kind).join(', ');
  throw new GatheringFailure(
    'Forbidden',
    `You remember nothing in the scope "${kind === '' ? 'agent' : kind}" here. Your scopes here: ${own}`,
  );
}
