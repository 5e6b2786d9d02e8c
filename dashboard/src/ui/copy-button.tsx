import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';

import { Button } from './button.tsx';

/** Puts a text on the clipboard and says so for a moment. */
export function CopyButton({
  text,
  label = 'Copy',
  iconOnly = false,
}: {
  text: () => string;
  label?: string;
  iconOnly?: boolean;
}) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(text()).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 1500);
      },
      () => toast.error('The browser does not let this page use the clipboard. Select the text and copy it.'),
    );
  };
  const Icon = copied ? Check : Copy;
  const words = copied ? 'Copied' : label;
  return (
    <Button
      variant="quiet"
      iconOnly={iconOnly}
      onClick={copy}
      {...(iconOnly && { 'aria-label': words, title: words })}
    >
      <Icon aria-hidden /> {!iconOnly && words}
    </Button>
  );
}
