import type { Conversation } from '../../contracts/conversation.ts';
import type { EmbeddingModels } from '../../contracts/embedding.ts';
import type { KnowledgeDocument } from '../../contracts/knowledge.ts';
import { workflowIdOf } from '../../contracts/place.ts';
import type { ApiClient } from '../../testing/api-client.ts';
import { eventually } from '../../testing/test-server.ts';

const PATIENCE_MS = 120_000;
const TEXT = Array.from(
  { length: 60 },
  (_, at) =>
    `# Part ${String(at)}\n\n${`What part ${String(at)} says of bicycles and stations. `.repeat(12)}`,
).join('\n\n');

/** What is remembered and known; each gives the id of a workflow that is recorded once it has ended. */
export const MEMORIES: Readonly<Record<string, (api: ApiClient) => Promise<string>>> = {
  'document-ingested': async (api) => {
    const body = new FormData();
    body.set('file', new Blob([TEXT]), 'bicycles.md');
    const response = await fetch(`${api.url}/api/knowledge/documents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}` },
      body,
    });
    const { id } = (await response.json()) as KnowledgeDocument; // The API's contract.
    await eventually(async () => {
      const { status } = await api.json<KnowledgeDocument>('GET', `/knowledge/documents/${id}`);
      if (status !== 'completed') throw new Error(`the document is ${status}`);
    }, PATIENCE_MS);
    return workflowIdOf.document(id);
  },
  'space-tended': async (api) => {
    const { spaces } = await api.json<EmbeddingModels>('GET', '/embeddings');
    const active = spaces.find(({ status }) => status === 'active');
    await api.json('POST', `/embeddings/${String(active?.id)}/resume`);
    return workflowIdOf.embeddings(String(active?.id));
  },
  'conversation-remembered': async (api) => {
    const memoryScopes = ['global', 'circle', 'agent', 'conversation'];
    const made = { name: 'rememberer', role: 'engineer', provider: 'demo', model: 'demo', memoryScopes };
    const agent = await api.json<{ id: string }>('POST', '/agents', made);
    const topic = 'My name is Ada. Remember that the deadline is on Friday.';
    const { id } = await api.json<Conversation>('POST', '/conversations', { agentId: agent.id, topic });
    await api.json('POST', `/conversations/${id}/messages`, { content: 'We use bicycles with seven gears.' });
    await eventually(async () => {
      const { status } = await api.json<Conversation>('GET', `/conversations/${id}`);
      if (status !== 'idle') throw new Error(`the conversation is ${status}`);
    }, PATIENCE_MS);
    await api.json('POST', `/conversations/${id}/end`);
    return workflowIdOf.remember(id);
  },
};
