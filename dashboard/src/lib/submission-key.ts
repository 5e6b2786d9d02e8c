import { useRef } from 'react';

import { uniqueKey } from './unique.ts';

/** The same key for the same body, so that trying again after a lost answer does nothing twice. */
export function useSubmissionKey(): (body: unknown) => string {
  const held = useRef({ body: '', key: '' });
  return (body) => {
    const text = JSON.stringify(body);
    if (held.current.body !== text) held.current = { body: text, key: uniqueKey() };
    return held.current.key;
  };
}
