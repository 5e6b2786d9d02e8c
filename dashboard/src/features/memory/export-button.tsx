import { Download } from 'lucide-react';
import { useState } from 'react';

import { downloadBlob } from '../../lib/download.ts';
import { useApi } from '../../lib/services.tsx';
import { toastFailure } from '../../lib/toast-failure.ts';
import { Button } from '../../ui/button.tsx';
import type { MemoryFilters } from './filters.ts';
import { exportMemories } from './queries.ts';

/** Saves what the list shows, all of it, as one JSON object a line. */
export function ExportButton({ filters }: { filters: MemoryFilters }) {
  const api = useApi();
  const [busy, setBusy] = useState(false);
  const save = () => {
    setBusy(true);
    exportMemories(api, filters)
      .then((blob) => downloadBlob('memories.jsonl', blob))
      .catch(toastFailure)
      .finally(() => setBusy(false));
  };
  const filtered = Object.keys(filters).length > 0;
  return (
    <Button disabled={busy} onClick={save} title="One JSON object a line">
      <Download aria-hidden /> {busy ? 'Exporting …' : filtered ? 'Export these' : 'Export'}
    </Button>
  );
}
