import { useEffect, useEffectEvent, useState } from 'react';

/** How long somebody may think between two letters before what they typed is used. */
const CALM_MS = 250;

/** What stands in a control: handed on once nobody has changed it for a moment, and following what it is set to from elsewhere. */
export function useCalm(value: string, onChange: (value: string) => void): [string, (value: string) => void] {
  const [typed, setTyped] = useState(value);
  const [shown, setShown] = useState(value);
  const [sent, setSent] = useState(value);
  if (shown !== value) {
    setShown(value);
    // Something else changed it, such as a link; what was typed after the last word that was handed on stays otherwise.
    if (value !== sent) setTyped(value);
  }
  const send = useEffectEvent((text: string) => {
    setSent(text);
    onChange(text);
  });
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => send(typed), CALM_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return [typed, setTyped];
}
