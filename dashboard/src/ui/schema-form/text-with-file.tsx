import { FileText, Upload, X } from 'lucide-react';
import { type ComponentProps, type DragEvent, useRef, useState } from 'react';

import { bytesText, counted } from '../../lib/format.ts';
import { Button } from '../button.tsx';
import { TextArea } from '../field.tsx';

const LARGEST_BYTES = 5 * 1024 * 1024;
/** A longer text is shown as a card: typing in it would be slow. */
const EDITABLE_LENGTH = 60_000;

interface TextWithFileProps {
  control: Pick<ComponentProps<'textarea'>, 'id' | 'aria-describedby' | 'aria-invalid'>;
  value: string;
  onChange: (text: string) => void;
  onFile: (name: string) => void;
}

/** A long text that is typed, pasted, or comes from a file that is chosen or dropped. */
export function TextWithFile({ control, value, onChange, onFile }: TextWithFileProps) {
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [file, setFile] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);

  const take = async (chosen: File | undefined) => {
    if (chosen === undefined) return;
    const reason = await refusalOf(chosen);
    setRefusal(reason);
    if (reason !== null) return;
    setFile(chosen.name);
    onFile(chosen.name);
    onChange(await chosen.text());
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  const clear = () => {
    setFile(null);
    onChange('');
  };
  return (
    <div
      className={`relative rounded-input ${over ? 'ring-2 ring-accent' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      {value.length > EDITABLE_LENGTH ? (
        <LargeText control={control} text={value} />
      ) : (
        <TextArea
          {...control}
          rows={10}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          placeholder="Paste a text, or drop a file here"
          className="mono block resize-y"
        />
      )}
      <div className="mt-1.5 flex flex-wrap items-center gap-2 text-sm text-ink-2">
        <Button onClick={() => picker.current?.click()}>
          <Upload aria-hidden /> Choose a file
        </Button>
        <input
          ref={picker}
          type="file"
          accept=".md,.markdown,.txt,.html,.htm,.csv,.json,.yaml,.yml,.xml,text/*"
          className="sr-only"
          tabIndex={-1}
          aria-label="File with the text"
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        {value !== '' && (
          <span className="flex min-w-0 items-center gap-1.5">
            <FileText className="size-4 shrink-0" aria-hidden />
            <span className="truncate">{file ?? 'Typed'}</span>
            <span className="tabular whitespace-nowrap">· {bytesText(new Blob([value]).size)}</span>
            <Button variant="quiet" iconOnly aria-label="Remove the text" onClick={clear} className="!size-6">
              <X aria-hidden />
            </Button>
          </span>
        )}
      </div>
      {refusal !== null && (
        <p role="alert" className="mt-1 text-sm text-failed">
          {refusal}
        </p>
      )}
    </div>
  );
}

async function refusalOf(file: File): Promise<string | null> {
  if (file.size > LARGEST_BYTES)
    return `${file.name} has ${bytesText(file.size)}; at most ${bytesText(LARGEST_BYTES)} can be sent. Split it.`;
  const beginning = await file.slice(0, 4096).text();
  return beginning.includes('\u0000')
    ? `${file.name} is not a text. Choose a Markdown, text or HTML file.`
    : null;
}

function LargeText({ control, text }: { control: TextWithFileProps['control']; text: string }) {
  return (
    <div
      id={control.id}
      tabIndex={0}
      role="group"
      aria-label="Beginning of the text"
      className="max-h-56 overflow-y-auto rounded-input border border-line-strong bg-sunken p-3"
    >
      <p className="mb-2 text-sm text-ink-2">
        {counted(text.split('\n').length, 'line')}; this is how it begins:
      </p>
      <pre className="mono break-words whitespace-pre-wrap">{text.slice(0, 1500)} …</pre>
    </div>
  );
}
