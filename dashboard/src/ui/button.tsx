import clsx from 'clsx';
import type { ComponentProps } from 'react';
import { Link, type LinkProps } from 'react-router';

type Variant = 'primary' | 'plain' | 'quiet' | 'danger';

interface Look {
  variant?: Variant;
  /** Shows the icon alone; then `aria-label` is needed. */
  iconOnly?: boolean;
}

// What a caller says of `display`, such as `hidden`, goes before what stands here: it weighs nothing.
const base =
  '[:where(&)]:inline-flex shrink-0 items-center justify-center gap-1.5 rounded-input text-sm font-medium whitespace-nowrap transition-colors duration-100 ' +
  'disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0';

const variants: Record<Variant, string> = {
  primary: 'bg-accent text-on-accent not-disabled:hover:bg-accent-strong',
  plain: 'border border-line-strong bg-surface text-ink not-disabled:hover:bg-hover',
  quiet: 'text-ink-2 not-disabled:hover:bg-hover not-disabled:hover:text-ink',
  danger:
    'border border-line-strong bg-surface text-failed not-disabled:hover:border-failed not-disabled:hover:bg-failed-wash',
};

const look = ({ variant = 'plain', iconOnly = false }: Look, className?: string) =>
  clsx(base, iconOnly ? 'size-8' : 'h-8 px-3', variants[variant], className);

export function Button({
  variant,
  iconOnly,
  className,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & Look) {
  return (
    <button
      type={type}
      className={look({ ...(variant && { variant }), ...(iconOnly && { iconOnly }) }, className)}
      {...rest}
    />
  );
}

/** A link that looks like a button: it goes somewhere, it does nothing. */
export function ButtonLink({ variant, iconOnly, className, ...rest }: LinkProps & Look) {
  return (
    <Link
      className={look({ ...(variant && { variant }), ...(iconOnly && { iconOnly }) }, className)}
      {...rest}
    />
  );
}

/** To another site, in a tab of its own. */
export function ButtonAnchor({ variant, className, ...rest }: ComponentProps<'a'> & Look) {
  return (
    <a
      target="_blank"
      rel="noreferrer"
      className={look({ ...(variant && { variant }) }, className)}
      {...rest}
    />
  );
}
