import { Check, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useStore } from 'zustand';

import { useServices, useUser } from '../../lib/services.tsx';
import { type Theme, THEMES } from '../../lib/theme.ts';
import { Button } from '../../ui/button.tsx';
import { useSignOut } from './sign-out.ts';

const THEME_WORDS: Record<Theme, { word: string; icon: typeof Sun }> = {
  system: { word: 'System', icon: Monitor },
  light: { word: 'Light', icon: Sun },
  dark: { word: 'Dark', icon: Moon },
};

const content = 'animate-fade z-50 min-w-44 rounded-panel border border-line bg-raised p-1 shadow-float';
const item =
  'flex h-8 cursor-pointer items-center gap-2 rounded-input px-2 text-sm outline-none data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:text-ink-2';

export function ThemeMenu() {
  const { theme: store } = useServices();
  const { theme, choose } = useStore(store);
  const Icon = THEME_WORDS[theme].icon;
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button variant="quiet" iconOnly aria-label={`Theme: ${THEME_WORDS[theme].word}`}>
          <Icon aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={4} className={content}>
          <DropdownMenu.RadioGroup value={theme}>
            {THEMES.map((option) => {
              const { word, icon: OptionIcon } = THEME_WORDS[option];
              return (
                <DropdownMenu.RadioItem
                  key={option}
                  value={option}
                  className={item}
                  onSelect={() => choose(option)}
                >
                  <OptionIcon aria-hidden /> {word}
                  <DropdownMenu.ItemIndicator className="ml-auto">
                    <Check aria-hidden />
                  </DropdownMenu.ItemIndicator>
                </DropdownMenu.RadioItem>
              );
            })}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function UserMenu() {
  const user = useUser();
  const signOut = useSignOut();
  if (user === null) return null;
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          aria-label={`Account of ${user.name}`}
          className="flex size-8 items-center justify-center rounded-full bg-selected text-xs font-semibold text-accent"
        >
          {initialsOf(user.name)}
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={4} className={content}>
          <div className="px-2 py-1.5">
            <p className="text-sm font-medium">{user.name}</p>
            <p className="text-xs text-ink-2">
              {user.email} · {user.role}
            </p>
          </div>
          <DropdownMenu.Separator className="my-1 border-t border-line" />
          <DropdownMenu.Item className={item} onSelect={signOut}>
            <LogOut aria-hidden /> Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
