import type { ModelMessage as SdkMessage } from 'ai';

import type { ModelMessage, ToolCall } from '../../contracts/model.ts';

/** Our messages in the SDK's form; system messages are joined into its `instructions`. */
export function toSdkMessages(messages: readonly ModelMessage[]): {
  instructions?: string;
  messages: SdkMessage[];
} {
  const system = messages.filter((message) => message.role === 'system').map((message) => message.content);
  const others = messages.flatMap((message): SdkMessage[] => {
    switch (message.role) {
      case 'system':
        return [];
      case 'user':
        return [{ role: 'user', content: message.content }];
      case 'assistant':
        return [{ role: 'assistant', content: assistantContent(message.content, message.toolCalls) }];
      case 'tool':
        return [{ role: 'tool', content: [toolResult(message)] }];
    }
  });
  // Providers want the results of one step's parallel calls in one message.
  const merged = others.reduce<SdkMessage[]>((list, message) => {
    const last = list.at(-1);
    if (last?.role === 'tool' && message.role === 'tool') last.content.push(...message.content);
    else list.push(message);
    return list;
  }, []);
  return { ...(system.length === 0 ? {} : { instructions: system.join('\n\n') }), messages: merged };
}

function assistantContent(
  text: string,
  calls: readonly ToolCall[],
): Extract<SdkMessage, { role: 'assistant' }>['content'] {
  if (calls.length === 0) return text;
  return [
    // Anthropic refuses an empty text block.
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...calls.map((call) => ({
      type: 'tool-call' as const,
      toolCallId: call.id,
      toolName: call.name,
      input: call.arguments,
    })),
  ];
}

const toolResult = (message: Extract<ModelMessage, { role: 'tool' }>) => ({
  type: 'tool-result' as const,
  toolCallId: message.toolCallId,
  toolName: message.toolName,
  output: { type: message.isError ? ('error-text' as const) : ('text' as const), value: message.content },
});
