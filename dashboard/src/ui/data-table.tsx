import clsx from 'clsx';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { Link, useNavigate } from 'react-router';

import { useHotkey } from '../lib/hotkey.ts';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Utility classes of its cells, such as a width or `hidden md:table-cell`. */
  className?: string;
}

interface DataTableProps<Row> {
  label: string;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Where a row leads; its first column is the link. */
  linkOf: (row: Row) => string;
  /** The first one is the primary column. */
  columns: readonly [Column<Row>, ...Column<Row>[]];
  /** Shown at the end of a row on hover and focus. */
  actions?: (row: Row) => ReactNode;
}

/** A list: j and k move, Enter opens, the primary column is a real link. */
export function DataTable<Row>({ label, rows, keyOf, linkOf, columns, actions }: DataTableProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const navigate = useNavigate();
  const move = (step: number) => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('a[data-primary]') ?? [])];
    const at = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement));
    links[
      at === -1 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step))
    ]?.focus();
  };
  useHotkey('j', () => move(1));
  useHotkey('k', () => move(-1));
  const onArrow = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    move(event.key === 'ArrowDown' ? 1 : -1);
  };
  const [primary, ...others] = columns;
  return (
    <table aria-label={label} className="w-full border-collapse text-sm">
      <thead>
        <tr className="border-b border-line text-left text-ink-2">
          {columns.map((column) => (
            <th
              key={column.id}
              scope="col"
              className={clsx('h-8 px-3 font-medium first:pl-2', column.className)}
            >
              {column.header}
            </th>
          ))}
          {actions !== undefined && (
            <th scope="col" className="w-px">
              <span className="sr-only">Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={onArrow}>
        {rows.map((row) => (
          <tr
            key={keyOf(row)}
            className="group h-10 cursor-pointer border-b border-line hover:bg-hover has-[a[data-primary]:focus-visible]:bg-selected has-[a[data-primary]:focus-visible]:outline-2 has-[a[data-primary]:focus-visible]:-outline-offset-2 has-[a[data-primary]:focus-visible]:outline-accent"
            onClick={(event) => {
              const within =
                event.target instanceof Element && event.target.closest('a, button, input') !== null;
              if (!within) void navigate(linkOf(row));
            }}
          >
            <td className={clsx('px-3 py-1.5 first:pl-2', primary.className)}>
              <Link
                data-primary
                to={linkOf(row)}
                className="block rounded-sm font-medium focus-visible:outline-none"
              >
                {primary.cell(row)}
              </Link>
            </td>
            {others.map((column) => (
              <td key={column.id} className={clsx('px-3 py-1.5 text-ink-2', column.className)}>
                {column.cell(row)}
              </td>
            ))}
            {actions !== undefined && (
              <td className="px-1 text-right whitespace-nowrap opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
                {actions(row)}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
