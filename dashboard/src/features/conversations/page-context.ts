import { createContext, type ReactNode, useContext } from 'react';

import type { Conversation } from '../../../../contracts/conversation.ts';

/** What every part of the conversation page knows. */
export interface PageContext {
  conversation: Conversation;
  /** The branch that is looked at. */
  branch: number;
  /** Whether the person may speak and steer here, now. */
  mayConverse: boolean;
  userId: string;
  /** Id of the message that is being edited. */
  editing: string | null;
  edit: (messageId: string | null) => void;
  /** Goes to another branch and stays at the place where it goes on differently. */
  switchTo: (branch: number, sequence: number) => void;
  /** The question to people that a tool call waits for. */
  approval: (approvalId: string) => ReactNode;
}

const Context = createContext<PageContext | null>(null);

export const PageProvider = Context.Provider;

export function usePage(): PageContext {
  const page = useContext(Context);
  if (page === null) throw new Error('used outside of the conversation page');
  return page;
}
