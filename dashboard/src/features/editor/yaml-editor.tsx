import { Undo2 } from 'lucide-react';
import { useEffect, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { CodeField } from './code/code-field.tsx';
import { draftIn, useEditor, useEditorStore } from './editor-store.ts';
import { draftToYaml, type Mistake, yamlToDraft } from './model/yaml-text.ts';

/** The whole pipeline as a text. What can be read is taken over as it is written; the canvas shows it. */
export default function YamlEditor() {
  const store = useEditorStore();
  const draft = useEditor(draftIn);
  const unreadable = useEditor((state) => state.unreadable !== null);
  const [written, setWritten] = useState(() => ({ text: draftToYaml(draft), draft }));
  const [mistake, setMistake] = useState<Mistake | null>(null);
  // An undo, for example: the text no longer says what there is.
  const text = written.draft === draft ? written.text : draftToYaml(draft);
  useEffect(() => () => store.getState().setUnreadable(null), [store]);
  const write = (next: string) => {
    const read = yamlToDraft(next);
    if (!read.ok) {
      const where = read.line === null ? '' : `Line ${read.line}: `;
      store.getState().setUnreadable(`${where}${read.message}`);
      setWritten({ text: next, draft });
      setMistake(read.mistake);
      return;
    }
    store.getState().setUnreadable(null);
    setMistake(null);
    store.getState().change(() => read.draft, 'yaml');
    setWritten({ text: next, draft: draftIn(store.getState()) });
  };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex items-center justify-between gap-3 border-b border-line px-4 py-1">
        <p className="text-sm text-ink-2">
          What you write here is on the canvas at once, and the other way round.
        </p>
        <div className="flex items-center gap-1">
          {unreadable && (
            <Button
              variant="quiet"
              onClick={() => {
                store.getState().setUnreadable(null);
                setMistake(null);
                setWritten({ text: draftToYaml(draft), draft });
              }}
            >
              <Undo2 aria-hidden /> Back to what could be read
            </Button>
          )}
          <CopyButton text={() => text} />
        </div>
      </div>
      <div className="min-h-0 flex-1">
        <CodeField
          tall
          language="yaml"
          label="Definition as YAML"
          value={text}
          onChange={write}
          mistake={mistake}
        />
      </div>
    </div>
  );
}
