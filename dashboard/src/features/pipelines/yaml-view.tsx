import { Download } from 'lucide-react';
import { stringify } from 'yaml';

import type { PipelineDefinition } from '../../../../contracts/pipeline.ts';
import { downloadText, fileNameOf } from '../../lib/download.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Panel } from '../../ui/panel.tsx';

/** A definition as YAML, as it is imported and exported. */
export default function YamlView({ definition }: { definition: PipelineDefinition }) {
  const text = stringify(definition, { lineWidth: 110, blockQuote: 'literal' });
  return (
    <Panel
      title={`${definition.name}.yaml`}
      actions={
        <div className="flex items-center gap-1">
          <CopyButton text={() => text} />
          <Button
            variant="quiet"
            onClick={() => downloadText(`${fileNameOf(definition.name)}.yaml`, text, 'application/yaml')}
          >
            <Download aria-hidden /> Download
          </Button>
        </div>
      }
    >
      <pre tabIndex={0} aria-label="Definition as YAML" className="mono overflow-x-auto p-4 leading-5">
        {text.split('\n').map((line, index) => (
          <YamlLine key={index} line={line} />
        ))}
      </pre>
    </Panel>
  );
}

/** Keys stand back a little, so that values are found at a glance. */
function YamlLine({ line }: { line: string }) {
  const key = /^(\s*(?:- )*)([\w$-]+:)(.*)$/.exec(line);
  if (key === null) return <div>{line === '' ? ' ' : line}</div>;
  return (
    <div>
      {key[1]}
      <span className="text-accent">{key[2]}</span>
      {key[3]}
    </div>
  );
}
