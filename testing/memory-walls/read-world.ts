import { createToolRegistry } from '../../activities/tool/index.ts';
import type { Id } from '../../contracts/ids.ts';
import { MemoryListQuery, type MemoryScope } from '../../contracts/memory.ts';
import { createOutbound } from '../../platform/outbound/index.ts';
import type { MemoryViewer } from '../../store/memory/walls.ts';
import type { TestApi } from '../api-server.ts';
import type { Built } from './build-world.ts';
import type { Reader } from './oracle.ts';
import { seesScope } from './oracle.ts';
import type { Choices } from './random.ts';

/** What somebody read: the text of it, and the status where it came over the API. */
export interface Read {
  what: string;
  reader: Reader;
  text: string;
  /** Every current memory of the reader is in it. */
  isComplete?: boolean;
  /** That it was refused, or was not, against what the world says. */
  wrongly?: string;
}

const DIMENSIONS = 512;

/** Reads by chance: somebody asks for something, over the API, as an agent's tool, or as what prompts are made of. */
export function readsOf(
  api: TestApi,
  { world, clients }: Built,
  choices: Choices,
  aScope: () => MemoryScope,
) {
  const outbound = createOutbound({ allow: [] });
  const tools = createToolRegistry({ outbound, clock: { now: () => new Date() }, memory: api.store });
  const aPerson = (): Id => choices.one([...world.people.keys()]);

  const ask = async (what: string, path: string, body?: object, scope?: MemoryScope): Promise<Read> => {
    const person = aPerson();
    const method = body === undefined ? 'GET' : 'POST';
    const answer = await clients.get(person)?.raw(method, path, body);
    const text = (await answer?.text()) ?? '';
    const expected = scope === undefined || seesScope(world, person, scope) ? 200 : 404;
    const isWrong = answer?.status !== expected;
    return {
      ...{ what, text, reader: { kind: 'person', id: person } },
      ...(isWrong && { wrongly: `${what}: ${answer?.status}, expected ${expected}: ${text.slice(0, 300)}` }),
      isComplete: path === '/memories?limit=200' && text.endsWith('"nextCursor":null}'),
    };
  };
  const filtered = (path: string, scope: MemoryScope): string =>
    `${path}scope=${scope.kind}${scope.kind === 'global' ? '' : `&scopeId=${scope.id}`}`;
  const aSearch = () => {
    const scope = choices.chance(0.5) ? aScope() : undefined;
    const mode = choices.one(['hybrid', 'vector', 'text'] as const);
    return { scope, body: { query: 'common note', limit: 100, mode, ...(scope !== undefined && { scope }) } };
  };

  const overTheApi: (() => Promise<Read>)[] = [
    () => ask('list', '/memories?limit=200'),
    () => ask('list of all versions', '/memories?limit=200&superseded=include'),
    () => ask('export', '/memories/export?superseded=include'),
    () => ask('list of words', '/memories?q=common&limit=200'),
    () => ask('documents', '/knowledge/documents?limit=200'),
    () => {
      const scope = aScope();
      return ask('list of a scope', filtered('/memories?limit=200&', scope), undefined, scope);
    },
    () => {
      const scope = aScope();
      return ask('export of a scope', filtered('/memories/export?', scope), undefined, scope);
    },
    () => {
      const { scope, body } = aSearch();
      return ask('search', '/memories/search', { ...body, embedding: choices.vector(DIMENSIONS) }, scope);
    },
    () => {
      const { scope, body } = aSearch();
      return ask('search of documents', '/knowledge/search', { ...body, mode: 'text' }, scope);
    },
  ];

  /** One by its id: there for those who may see it, and for nobody else. */
  const oneById = async (): Promise<Read> => {
    const person = aPerson();
    const [number, unit] = choices.one([...world.units]);
    const path = unit.kind === 'memory' ? `/memories/${unit.id}` : `/knowledge/documents/${unit.id}`;
    const answer = await clients
      .get(person)
      ?.raw('GET', choices.chance(0.5) || unit.kind === 'memory' ? path : `${path}/chunks`);
    return {
      what: `one by its id (${number})`,
      reader: { kind: 'person', id: person },
      text: (await answer?.text()) ?? '',
    };
  };

  const asAgent = (): {
    reader: Reader;
    agentId: Id | undefined;
    caller: { kind: 'run' | 'conversation'; id: Id };
  } => {
    const agentId = choices.one([...world.agents].filter(([, { isGone }]) => !isGone))[0];
    const talk = choices.one([...world.conversations.values()]);
    if (talk.runId === null || choices.chance(0.5)) {
      const reader = { kind: 'agent' as const, agentId, conversationId: talk.id };
      return { reader, agentId, caller: { kind: 'conversation', id: talk.id } };
    }
    const own = choices.chance(0.5) ? agentId : undefined;
    const reader = { kind: 'run' as const, runId: talk.runId, ...(own !== undefined && { agentId: own }) };
    return { reader, agentId: own, caller: { kind: 'run', id: talk.runId } };
  };
  const byTool = async (): Promise<Read> => {
    const { reader, agentId, caller } = asAgent();
    const name = choices.one(['recall', 'search_knowledge']);
    const { content } = await tools.call(
      name,
      { query: 'common note', limit: 10 },
      {
        caller,
        agentId,
        allowed: [name],
        runFolder: '/nowhere',
        idempotencyKey: 'read',
        signal: AbortSignal.timeout(60_000),
      },
    );
    return { what: `tool ${name}`, reader, text: content };
  };
  const byStore = async (): Promise<Read> => {
    const { reader } = asAgent();
    const viewer: MemoryViewer =
      reader.kind === 'agent' && choices.chance(0.3)
        ? { kind: 'conversation', conversationId: reader.conversationId }
        : (reader as MemoryViewer); // A reader is a viewer in all but what a person's role is.
    const query = MemoryListQuery.parse({ limit: 200, superseded: choices.one(['exclude', 'include']) });
    const { items, nextCursor } = await api.store.memories.listMemories(viewer, query);
    const documents = await api.store.documents.listDocuments(viewer, { limit: 200 });
    return {
      ...{
        what: `list as ${viewer.kind}`,
        reader: viewer as Reader,
        text: JSON.stringify([items, documents.items]),
      },
      isComplete: nextCursor === null,
    };
  };

  return {
    one: (): Promise<Read> => {
      const chance = choices.below(10);
      if (chance < 6) return choices.one(overTheApi)();
      if (chance < 7) return oneById();
      return chance < 9 ? byTool() : byStore();
    },
    close: () => outbound.close(),
  };
}
