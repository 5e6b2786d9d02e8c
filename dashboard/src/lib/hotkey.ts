import { useEffect, useEffectEvent } from 'react';

/** Calls an action on a key such as `Escape`, `j` or `mod+k`, except where somebody is typing or a dialog is open. */
export function useHotkey(key: string, action: (event: KeyboardEvent) => void, enabled = true): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!enabled || event.defaultPrevented || !matches(event, key)) return;
    if (!key.startsWith('mod+') && isBusy(event.target)) return;
    action(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

function matches(event: KeyboardEvent, key: string): boolean {
  const modified = event.ctrlKey || event.metaKey;
  if (key.startsWith('mod+')) return modified && event.key.toLowerCase() === key.slice(4);
  return !modified && !event.altKey && event.key === key;
}

function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, textarea, select, [contenteditable="true"], [role="menu"]') !== null)
    return true;
  return document.querySelector('[role="dialog"][data-modal], [role="alertdialog"]') !== null;
}
