import { useEffect, useEffectEvent } from 'react';

import type { NodeKindDescription } from '../../../../contracts/pipeline.ts';
import { draftIn, type EditorStore, isDirty, onlyNode, useEditorStore } from './editor-store.ts';
import { idsOf, partOf, pasted, withoutEdges, withoutNodes } from './model/changes.ts';
import { graphAt } from './model/draft.ts';
import { nextSource } from './use-add-node.ts';

interface Keys {
  kinds: readonly NodeKindDescription[];
  save: () => void;
}

/** The keys of the editor. Those of the canvas rest while somebody writes, or while a dialog is open. */
export function useEditorKeys({ kinds, save }: Keys): void {
  const store = useEditorStore();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const modified = event.ctrlKey || event.metaKey;
    if (modified && event.key.toLowerCase() === 's') {
      event.preventDefault();
      if (isDirty(store.getState())) save();
      return;
    }
    if (isBusy(event.target)) return;
    const act = modified
      ? COMMANDS[`${event.shiftKey ? 'shift+' : ''}${event.key.toLowerCase()}`]
      : KEYS[event.key];
    if (act === undefined || event.altKey) return;
    if (act(store, kinds, event)) event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

/** Whether it did something. */
type Act = (store: EditorStore, kinds: readonly NodeKindDescription[], event: KeyboardEvent) => boolean;

const onCanvas = (store: EditorStore): boolean => store.getState().view === 'canvas';
const presentGraph = (store: EditorStore) => graphAt(draftIn(store.getState()), store.getState().level);

export function removeChosen(store: EditorStore): boolean {
  const { nodes, edges, changeGraph, select } = store.getState();
  if (!onCanvas(store) || (nodes.size === 0 && edges.size === 0)) return false;
  changeGraph((graph) => withoutEdges(withoutNodes(graph, nodes), edges));
  select([]);
  return true;
}

const copy: Act = (store) => {
  const { nodes } = store.getState();
  if (!onCanvas(store) || nodes.size === 0 || window.getSelection()?.isCollapsed === false) return false;
  store.getState().copy(partOf(presentGraph(store), nodes));
  return true;
};

const PASTE_ASIDE = { x: 40, y: 72 };

function put(store: EditorStore, part: ReturnType<typeof partOf>): boolean {
  const { graph, ids } = pasted(presentGraph(store), part, PASTE_ASIDE);
  store.getState().changeGraph(() => graph);
  store.getState().select(ids);
  return ids.length > 0;
}

export function duplicateChosen(store: EditorStore): boolean {
  const { nodes } = store.getState();
  return onCanvas(store) && nodes.size > 0 && put(store, partOf(presentGraph(store), nodes));
}

const COMMANDS: Readonly<Record<string, Act>> = {
  z: (store) => (store.getState().undo(), true),
  'shift+z': (store) => (store.getState().redo(), true),
  y: (store) => (store.getState().redo(), true),
  d: (store) => {
    duplicateChosen(store);
    // The browser's own Ctrl-D, a bookmark, is never meant here.
    return true;
  },
  c: copy,
  x: (store, kinds, event) => copy(store, kinds, event) && removeChosen(store),
  v: (store) => {
    const { copied } = store.getState();
    return onCanvas(store) && copied !== null && put(store, copied);
  },
  a: (store, _kinds, event) => {
    if (!onCanvas(store) || !isInCanvas(event.target)) return false;
    store.getState().select(idsOf(presentGraph(store)));
    return true;
  },
};

const KEYS: Readonly<Record<string, Act>> = {
  Delete: removeChosen,
  Backspace: removeChosen,
  Tab: (store, kinds, event) => {
    const { tabMovesOn, letTabMoveOn, add } = store.getState();
    if (event.shiftKey || !onCanvas(store) || !isInCanvas(event.target)) return false;
    if (tabMovesOn) {
      letTabMoveOn(false);
      return false;
    }
    add(nextSource(store.getState(), kinds));
    return true;
  },
  Enter: (store, _kinds, event) => {
    if (!isInCanvas(event.target) || onlyNode(store.getState()) === null) return false;
    const field = document.querySelector<HTMLElement>('[data-form] input');
    field?.focus();
    return field !== null;
  },
  '/': (store, kinds) => {
    if (!onCanvas(store)) return false;
    store.getState().add(nextSource(store.getState(), kinds));
    return true;
  },
  Escape: (store) => {
    const { nodes, edges, level, select, goTo } = store.getState();
    if (!onCanvas(store)) return false;
    if (nodes.size > 0 || edges.size > 0) select([]);
    else if (level.length > 0) goTo(level.slice(0, -1), level.at(-1));
    else return false;
    return true;
  },
};

function isInCanvas(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target === document.body || target.closest('[data-canvas]') !== null)
  );
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('[data-modal], [role="alertdialog"], [role="menu"]') !== null) return true;
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable="true"], [role="listbox"]') !== null
  );
}
