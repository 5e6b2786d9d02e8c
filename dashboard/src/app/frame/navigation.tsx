import clsx from 'clsx';
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { Link, NavLink } from 'react-router';

import { isAllowed } from '../../../../contracts/policy.ts';
import { useInboxCount } from '../../features/approvals/inbox-count.ts';
import { pathOf } from '../../lib/paths.ts';
import { useUser } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { RingMark, Wordmark } from '../../ui/wordmark.tsx';
import { type Area, AREAS } from '../areas.ts';

interface NavigationProps {
  collapsed: boolean;
  /** Absent where it cannot be collapsed, on a phone. */
  onToggle?: () => void;
  onNavigate?: () => void;
}

export function Navigation({ collapsed, onToggle, onNavigate }: NavigationProps) {
  const user = useUser();
  const areas = user === null ? [] : AREAS.filter((area) => isAllowed(user.role, area.permission));
  const groups = [...new Set(areas.map((area) => area.group))];
  return (
    <div className="flex h-full flex-col px-2 py-2.5">
      <Link
        to={pathOf.home}
        aria-label="GatheRing, Home"
        className="flex h-8 items-center rounded-input px-2"
        {...(onNavigate && { onClick: onNavigate })}
      >
        {collapsed ? <RingMark className="size-5 text-accent" /> : <Wordmark />}
      </Link>
      <nav aria-label="Main" className="mt-3 flex flex-1 flex-col gap-4 overflow-y-auto">
        {groups.map((group) => (
          <div key={group}>
            {collapsed ? (
              <div className="mx-2 mb-1.5 border-t border-line first:border-0" />
            ) : (
              <p className="px-2 pb-1 text-xs font-medium text-ink-3">{group}</p>
            )}
            <ul className="flex flex-col gap-0.5">
              {areas
                .filter((area) => area.group === group)
                .map((area) => (
                  <li key={area.to}>
                    <NavigationLink area={area} collapsed={collapsed} {...(onNavigate && { onNavigate })} />
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </nav>
      {onToggle !== undefined && (
        <Button
          variant="quiet"
          iconOnly
          onClick={onToggle}
          aria-label={collapsed ? 'Widen navigation' : 'Narrow navigation'}
          className="ml-0.5"
        >
          {collapsed ? <PanelLeftOpen aria-hidden /> : <PanelLeftClose aria-hidden />}
        </Button>
      )}
    </div>
  );
}

function NavigationLink({
  area,
  collapsed,
  onNavigate,
}: {
  area: Area;
  collapsed: boolean;
  onNavigate?: () => void;
}) {
  const Icon = area.icon;
  const inbox = useInboxCount();
  const count = area.counts === undefined ? undefined : inbox;
  const label = count === undefined ? area.label : `${area.label}, ${count} waiting`;
  return (
    <NavLink
      to={area.to}
      end={area.to === pathOf.home}
      {...(onNavigate && { onClick: onNavigate })}
      {...(collapsed && { title: label })}
      {...((collapsed || count !== undefined) && { 'aria-label': label })}
      className={({ isActive }) =>
        clsx(
          'flex h-8 items-center gap-2.5 rounded-input px-2.5 text-sm',
          isActive
            ? 'bg-selected font-medium text-ink [&_svg]:text-accent'
            : 'text-ink-2 hover:bg-hover hover:text-ink',
        )
      }
    >
      <span className="relative">
        <Icon className="size-4 shrink-0" aria-hidden />
        {collapsed && count !== undefined && (
          <span className="absolute -top-1 -right-1 size-2 rounded-full bg-waiting" aria-hidden />
        )}
      </span>
      {!collapsed && area.label}
      {!collapsed && count !== undefined && (
        <span
          className="tabular ml-auto rounded-full bg-waiting-wash px-1.5 text-xs leading-5 font-semibold text-waiting"
          aria-hidden
        >
          {count}
        </span>
      )}
    </NavLink>
  );
}
