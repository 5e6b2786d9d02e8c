import { openAiCompatible } from '../activities/model/wire/chat-completions.ts';
import type { Answer } from '../activities/model/wire/provider-server.ts';
import type { ApiClient } from '../testing/api-client.ts';

interface Drip {
  /** Made when it is sent; there are `count` of them. */
  piece: (index: number) => string;
  count: number;
  everyMs: number;
}

/** An answer in the provider's wire format that is written piece by piece, as a model writes. */
export const drip =
  ({ piece, count, everyMs }: Drip): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    let index = 0;
    const timer = setInterval(() => {
      if (index < count) {
        response.write(openAiCompatible.unfinished([piece(index)]).join(''));
        index += 1;
        return;
      }
      clearInterval(timer);
      response.end(openAiCompatible.text([]).join(''));
    }, everyMs);
    response.on('close', () => clearInterval(timer));
  };

/** A conversation with an agent whose model is the benchmark's own provider. */
export async function startConversation(api: ApiClient, name: string): Promise<string> {
  const agent = await api.json<{ id: string }>('POST', '/agents', {
    ...{ name: `${name} ${String(Date.now())}`, role: 'speaker of benchmarks' },
    ...{ provider: openAiCompatible.provider, model: openAiCompatible.model },
  });
  return (await api.json<{ id: string }>('POST', '/conversations', { agentId: agent.id })).id;
}

export const say = (api: ApiClient, conversationId: string, content: string): Promise<unknown> =>
  api.json('POST', `/conversations/${conversationId}/messages`, { content });
