import clsx from 'clsx';
import { FileUp } from 'lucide-react';
import { type DragEvent, useId, useRef, useState } from 'react';

import { DOCUMENT_LIMIT_BYTES } from '../../../../contracts/knowledge.ts';
import type { MemoryScope } from '../../../../contracts/memory.ts';
import { scopeOf } from '../../lib/memory-words.ts';
import { ScopeSelect } from '../../lib/scope-select.tsx';
import { Button } from '../../ui/button.tsx';

interface UploadZoneProps {
  /** A scope's key that it begins with. */
  begun: string;
  onFiles: (files: readonly File[], scope: MemoryScope) => void;
}

/** Where files are dropped or chosen, and for whom they are. */
export function UploadZone({ begun, onFiles }: UploadZoneProps) {
  const [scope, setScope] = useState(begun);
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const label = useId();
  const send = (files: Iterable<File>) => onFiles([...files], scopeOf(scope) ?? { kind: 'global' });
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    send(event.dataTransfer.files);
  };
  return (
    <section
      aria-label="Add documents"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      className={clsx(
        'mb-4 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-panel border border-dashed px-4 py-3',
        over ? 'border-accent bg-selected' : 'border-line-strong',
      )}
    >
      <FileUp className="size-5 shrink-0 text-ink-3" aria-hidden />
      <p className="min-w-0 flex-1 basis-64 text-sm text-ink-2">
        <span className="font-medium text-ink">Drop files here.</span> Text, Markdown, HTML, CSV, JSON, PDF,
        Word or source code, up to {DOCUMENT_LIMIT_BYTES / 1024 / 1024} MB each.
      </p>
      <span className="flex items-center gap-2 text-sm">
        <span id={label} className="shrink-0">
          Recalled
        </span>
        <span className="w-44">
          <ScopeSelect aria-labelledby={label} value={scope} onChange={setScope} />
        </span>
      </span>
      <Button variant="primary" onClick={() => chooser.current?.click()}>
        Choose files
      </Button>
      <input
        ref={chooser}
        type="file"
        multiple
        className="sr-only"
        tabIndex={-1}
        aria-label="Files"
        onChange={({ target }) => {
          if (target.files !== null) send(target.files);
          target.value = '';
        }}
      />
    </section>
  );
}
