import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';

/** An address's parameters with one of them changed; an empty value takes it out. */
export function withParameter(search: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(search);
  if (value === '') next.delete(name);
  else next.set(name, value);
  return next;
}

/** Sets one parameter of the page's address in place; nothing that was set just before is lost, drawn or not. */
export function useParameter(): (name: string, value: string) => void {
  const [search, setSearch] = useSearchParams();
  const latest = useRef(search);
  useEffect(() => {
    latest.current = search;
  }, [search]);
  return (name, value) => {
    latest.current = withParameter(latest.current, name, value);
    setSearch(latest.current, { replace: true });
  };
}
