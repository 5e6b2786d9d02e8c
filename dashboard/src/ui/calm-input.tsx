import type { ComponentProps } from 'react';

import { useCalm } from '../lib/use-calm.ts';
import { Input } from './field.tsx';

interface CalmInputProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange'> {
  value: string;
  onChange: (value: string) => void;
}

/** A filter that is typed: used once nobody has typed for a moment. */
export function CalmInput({ value, onChange, ...rest }: CalmInputProps) {
  const [typed, setTyped] = useCalm(value, onChange);
  return <Input type="search" value={typed} onChange={({ target }) => setTyped(target.value)} {...rest} />;
}
