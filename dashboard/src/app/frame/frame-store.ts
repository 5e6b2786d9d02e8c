import { create } from 'zustand';
import { persist } from 'zustand/middleware';

interface FrameState {
  /** The navigation shows icons alone. */
  collapsed: boolean;
  toggle: () => void;
}

/** How a person likes the frame; kept in the browser. */
export const useFrame = create<FrameState>()(
  persist(
    (set) => ({
      collapsed: false,
      toggle: () => set(({ collapsed }) => ({ collapsed: !collapsed })),
    }),
    { name: 'gathering.frame' },
  ),
);
