import { type RefObject, useEffect, useState } from 'react';

/** Whether a list shows rows (`data-row`): it is blank while it measures them, and hides the first ones that it tries. */
export function useDrawn(list: RefObject<HTMLElement | null>, empty: boolean): boolean {
  const [drawn, setDrawn] = useState(empty);
  useEffect(() => {
    if (drawn) return;
    const look = () => {
      const row = list.current?.querySelector('[data-row]') ?? null;
      if (row !== null && getComputedStyle(row).visibility !== 'hidden') setDrawn(true);
      else frame = requestAnimationFrame(look);
    };
    let frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [drawn, list]);
  return drawn || empty;
}
