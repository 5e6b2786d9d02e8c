import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

const NEAR_THE_END_PX = 60;

interface StickyEnd {
  /** For the element that scrolls. */
  scrollerRef: (element: HTMLElement | Window | null) => void;
  atEnd: boolean;
  toEnd: () => void;
  /** Something has grown: whoever is at the end stays there. */
  grown: () => void;
}

/** Keeps a reader at the end of what grows, unless they have scrolled up: those are not moved. */
export function useStickyEnd(startsAtEnd: boolean): StickyEnd {
  const scroller = useRef<HTMLElement>(null);
  const following = useRef(startsAtEnd);
  const [atEnd, setAtEnd] = useState(startsAtEnd);
  const [element, setElement] = useState<HTMLElement | null>(null);
  const toEnd = useCallback(() => {
    following.current = true;
    scrollToEnd(scroller);
  }, []);
  const grown = useCallback(() => {
    if (following.current) scrollToEnd(scroller);
  }, []);
  useEffect(() => {
    if (element === null) return;
    let top = element.scrollTop;
    const onScroll = () => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_THE_END_PX;
      // What grows moves nobody: only who scrolls up has gone.
      if (near) following.current = true;
      else if (element.scrollTop < top - 1) following.current = false;
      top = element.scrollTop;
      setAtEnd(near || following.current);
    };
    const observer = new ResizeObserver(grown);
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [element, grown]);
  const scrollerRef = useCallback((found: HTMLElement | Window | null) => {
    const held = found instanceof HTMLElement ? found : null;
    scroller.current = held;
    setElement(held);
  }, []);
  return { scrollerRef, atEnd, toEnd, grown };
}

function scrollToEnd({ current }: RefObject<HTMLElement | null>): void {
  if (current !== null) current.scrollTop = current.scrollHeight;
}
