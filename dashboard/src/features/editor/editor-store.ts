import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';

import {
  type Draft,
  type DraftGraph,
  existingLevel,
  graphAt,
  type Level,
  withGraphAt,
} from './model/draft.ts';
import { amend, beginHistory, type History, redo, step, undo } from './model/history.ts';

/** What the kind search is to do with the kind that is chosen. */
export interface Adding {
  /** The new node follows this one. */
  from?: { id: string; port: string };
  /** The new node goes into the middle of this edge. */
  edgeKey?: string;
  /** Where it is put; without it, beside what it follows. */
  at?: { x: number; y: number };
}

export interface EditorState {
  history: History<Draft>;
  /** What the API has, as far as this page knows. */
  saved: Draft;
  level: Level;
  nodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
  view: 'canvas' | 'yaml';
  adding: Adding | null;
  copied: DraftGraph | null;
  /** What a person wrote as sample input; null for what is made from the input schema. */
  sampleInput: string | null;
  /** The search of kinds was left by Escape: the next Tab moves the focus on, so that nobody is caught on the canvas. */
  tabMovesOn: boolean;
  /** Whether the list of problems is folded out. */
  problemsShown: boolean;
  /** Why the YAML cannot be taken over; then nothing can be saved. */
  unreadable: string | null;

  /** `field` names what is typed in, so that a run of typing is one step. */
  change: (change: (draft: Draft) => Draft, field?: string) => void;
  changeGraph: (change: (graph: DraftGraph) => DraftGraph, field?: string) => void;
  /** Changes that are the editor's own: no step, and nothing that needs saving. */
  amendGraph: (level: Level, change: (graph: DraftGraph) => DraftGraph) => void;
  undo: () => void;
  redo: () => void;
  goTo: (level: Level, node?: string) => void;
  select: (nodes: Iterable<string>, edges?: Iterable<string>) => void;
  show: (view: EditorState['view']) => void;
  add: (adding: Adding | null) => void;
  copy: (part: DraftGraph) => void;
  setSampleInput: (text: string | null) => void;
  letTabMoveOn: (moves: boolean) => void;
  showProblems: (shown: boolean) => void;
  setUnreadable: (message: string | null) => void;
  markSaved: (draft: Draft) => void;
}

export type EditorStore = StoreApi<EditorState>;

const NONE: ReadonlySet<string> = new Set();

/** Back or forth in its history: what is shown and chosen is what there still is. */
function turned({ level, nodes }: EditorState, history: History<Draft>): Partial<EditorState> {
  const reached = existingLevel(history.present, level);
  const there = new Set(graphAt(history.present, reached).nodes.map(({ id }) => id));
  return {
    history,
    level: reached,
    nodes: new Set([...nodes].filter((id) => there.has(id))),
    edges: NONE,
  };
}

/** The state of one editor, for as long as it is open. */
export function createEditorStore(initial: Draft, now: () => number, saved: Draft = initial): EditorStore {
  return createStore<EditorState>((set, get) => {
    const stepTo = (draft: Draft, field?: string) =>
      set(({ history, level }) => ({
        history: step(history, draft, now(), field),
        level: existingLevel(draft, level),
      }));
    const turn = (history: History<Draft>) => set((state) => turned(state, history));
    return {
      history: beginHistory(initial),
      saved,
      level: [],
      nodes: NONE,
      edges: NONE,
      view: 'canvas',
      adding: null,
      copied: null,
      sampleInput: null,
      tabMovesOn: false,
      problemsShown: false,
      unreadable: null,
      change: (change, field) => stepTo(change(get().history.present), field),
      changeGraph: (change, field) => {
        const { history, level } = get();
        stepTo(withGraphAt(history.present, level, change), field);
      },
      amendGraph: (level, change) =>
        set(({ history, saved: kept }) => {
          const amended = withGraphAt(history.present, level, change);
          return {
            history: amend(history, amended),
            ...(kept === history.present && { saved: amended }),
          };
        }),
      undo: () => turn(undo(get().history)),
      redo: () => turn(redo(get().history)),
      goTo: (level, node) =>
        set(({ history }) => ({
          level: existingLevel(history.present, level),
          nodes: node === undefined ? NONE : new Set([node]),
          edges: NONE,
          view: 'canvas',
        })),
      select: (nodes, edges = []) => set({ nodes: new Set(nodes), edges: new Set(edges) }),
      show: (view) => set({ view, adding: null }),
      add: (adding) => set({ adding, tabMovesOn: false }),
      copy: (copied) => set({ copied }),
      setSampleInput: (sampleInput) => set({ sampleInput }),
      letTabMoveOn: (tabMovesOn) => set({ tabMovesOn }),
      showProblems: (problemsShown) => set({ problemsShown }),
      setUnreadable: (unreadable) => set({ unreadable }),
      markSaved: (draft) => set({ saved: draft }),
    };
  });
}

const EditorContext = createContext<EditorStore | null>(null);
export const EditorProvider = EditorContext.Provider;

export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext);
  if (store === null) throw new Error('used outside of an editor');
  return store;
}

export const useEditor = <T>(select: (state: EditorState) => T): T => useStore(useEditorStore(), select);

export const draftIn = (state: EditorState): Draft => state.history.present;
/** Whether something would be lost, a text that cannot be read included. */
export const isDirty = ({ history, saved, unreadable }: EditorState): boolean =>
  history.present !== saved || unreadable !== null;
/** The one node whose form is shown; null for none and for several. */
export const onlyNode = ({ nodes }: EditorState): string | null => {
  const [first, ...others] = nodes;
  return first !== undefined && others.length === 0 ? first : null;
};
