import { Download } from 'lucide-react';

import { isJsonObject, type Json } from '../../../../contracts/json.ts';
import { isTerminal, type Run } from '../../../../contracts/run.ts';
import { downloadText, fileNameOf } from '../../lib/download.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { JsonTree } from '../../ui/json-tree.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Panel } from '../../ui/panel.tsx';
import { jsonText, ValueView } from '../../ui/value-view.tsx';
import { reportOf } from './report.ts';

/** What a run gave: its report to be read, and every output as it is. */
export function ResultPanel({ run }: { run: Run }) {
  if (run.output === undefined) return <p className="text-ink-2">{noResult(run)}</p>;
  const report = reportOf(run.output);
  const name = fileNameOf(`${run.pipelineName}-${run.id.slice(-6)}`);
  const { output } = run;
  return (
    <div className="flex flex-col gap-4">
      {report !== undefined && (
        <Panel
          title="Report"
          actions={
            <div className="flex items-center gap-1">
              <CopyButton text={() => report.text} />
              <Button
                variant="quiet"
                onClick={() => downloadText(`${name}.md`, report.text, 'text/markdown')}
              >
                <Download aria-hidden /> Download
              </Button>
            </div>
          }
        >
          <div className="px-5 py-5 sm:px-8">
            <Markdown>{report.text}</Markdown>
          </div>
        </Panel>
      )}
      <Panel
        title={report === undefined ? 'Result' : 'All outputs'}
        actions={
          <Button
            variant="quiet"
            onClick={() => downloadText(`${name}.json`, jsonText(output), 'application/json')}
          >
            <Download aria-hidden /> Download as JSON
          </Button>
        }
      >
        <div className="flex flex-col gap-4 p-4">
          {report === undefined ? (
            outputsOf(output).map(([id, value]) => <ValueView key={id} label={id} value={value} />)
          ) : (
            <JsonTree value={output} openDepth={2} />
          )}
        </div>
      </Panel>
    </div>
  );
}

/** A run's output by the id of the sink node that gave it. */
const outputsOf = (output: Json): [string, Json][] =>
  isJsonObject(output) ? Object.entries(output) : [['Output', output]];

function noResult(run: Run): string {
  if (!isTerminal(run.status)) return 'The result is shown here when the run has completed.';
  return run.status === 'completed'
    ? 'This run gave no output.'
    : 'A run that did not complete has no result. What its nodes gave is in the timeline.';
}
