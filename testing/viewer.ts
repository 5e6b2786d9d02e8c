import { io } from 'socket.io-client';

import type { Conversation, Message } from '../contracts/conversation.ts';
import type { Page } from '../contracts/page.ts';
import { channelOf } from '../contracts/place.ts';
import { foldTexts, type TurnTexts } from '../dashboard/src/features/conversations/live-texts.ts';
import { createLive, type Live, type LiveMessage } from '../dashboard/src/lib/socket.ts';
import type { ApiClient } from './api-client.ts';

/** Somebody who watches a conversation in a browser, as the dashboard does it. */
export interface Viewer {
  /** What is being written, by the number of its turn. */
  readonly texts: TurnTexts;
  /** What agents have said, by the id of its turn, in the order in which it came. */
  readonly said: ReadonlyMap<string, string>;
  /** Texts that were not, byte for byte, what the finished message then said. */
  readonly differences: readonly string[];
  /** Loads the page, or loads it again. */
  load(): Promise<void>;
  /** The network goes; the connection comes back by itself. False where there was none at this moment. */
  cut(): boolean;
  close(): void;
}

const RECONNECT_MS = 10;

/** @param delayMs how long before it tries to connect again, in the place of half a second and more */
export function openViewer(api: ApiClient, conversationId: string, delayMs = () => RECONNECT_MS): Viewer {
  let texts: TurnTexts = {};
  let said = new Map<string, string>();
  const differences: string[] = [];
  /** Turns of which something came over the present connection: all the rest of them comes over it too. */
  let witnessed = new Set<string>();
  /** Turns whose message came as an event since the page was loaded. */
  let heard = new Set<string>();
  let live: Live | undefined;
  let cut = (): boolean => false;

  const hear = (message: LiveMessage): void => {
    const { type, data } = message;
    const turnId = String(data['turnId']);
    if (type === 'turn.snapshot' || type === 'turn.delta') witnessed.add(turnId);
    if (type === 'message' && data['turnId'] !== undefined) {
      const content = String(data['content']);
      const streamed = texts[numberOf(turnId)]?.text;
      if (witnessed.has(turnId) && streamed !== content) differences.push(`${String(streamed)} ≠ ${content}`);
      if (heard.has(turnId)) differences.push(`${turnId} came twice`);
      heard.add(turnId);
      said.set(turnId, content);
    }
    texts = foldTexts(texts, [message]);
  };

  const connect = (after: number): Live => {
    const socket = io(api.url, {
      ...{ transports: ['websocket'], auth: { token: api.token } },
      ...{ autoConnect: false, reconnection: false, forceNew: true },
    });
    socket.on('connect', () => (witnessed = new Set()));
    cut = () => {
      const isConnected = socket.connected;
      if (isConnected) socket.io.engine.close();
      return isConnected;
    };
    const opened = createLive({
      socket,
      now: () => Date.now(),
      schedule: (work) => {
        const timer = setTimeout(work, delayMs());
        return () => clearTimeout(timer);
      },
    });
    opened.subscribe(channelOf.conversation(conversationId), { after, onMessage: hear });
    return opened;
  };

  return {
    get texts() {
      return texts;
    },
    get said() {
      return said;
    },
    differences,
    async load() {
      live?.close();
      texts = {};
      heard = new Set();
      const path = `/conversations/${conversationId}`;
      const { sequence } = await api.json<Conversation>('GET', path);
      const { items } = await api.json<Page<Message>>('GET', `${path}/messages?limit=200`);
      said = new Map(
        items.flatMap(({ turnId, content }) => (turnId === undefined ? [] : [[turnId, content]])),
      );
      live = connect(sequence);
    },
    cut: () => cut(),
    close: () => live?.close(),
  };
}

const numberOf = (turnId: string): number => Number(turnId.slice(turnId.lastIndexOf('/') + 1));
