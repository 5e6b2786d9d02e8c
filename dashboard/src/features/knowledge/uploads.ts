import { useState } from 'react';

import type { KnowledgeDocument } from '../../../../contracts/knowledge.ts';
import type { MemoryScope } from '../../../../contracts/memory.ts';
import { uniqueKey } from '../../lib/unique.ts';
import { useUpload } from './queries.ts';
import { reasonOf, refusalOf } from './words.ts';

/** A file on its way to the server, or what became of it; what is accepted goes to the list. */
export interface Upload {
  id: string;
  name: string;
  state: 'waiting' | 'sending' | 'known' | 'refused';
  /** Why it is refused. */
  reason?: string;
  documentId?: string;
}

/** Sends files one after another: each is safe as soon as the server has answered. */
export function useUploads(isKnown: (document: KnowledgeDocument) => boolean) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const upload = useUpload();
  const change = (id: string, changed: Partial<Upload>) =>
    setUploads((held) => held.map((one) => (one.id === id ? { ...one, ...changed } : one)));
  const drop = (id: string) => setUploads((held) => held.filter((one) => one.id !== id));

  const sendOne = async (id: string, file: File, scope: MemoryScope): Promise<void> => {
    const reason = refusalOf(file);
    if (reason !== undefined) {
      change(id, { state: 'refused', reason });
      return;
    }
    change(id, { state: 'sending' });
    try {
      const document = await upload.mutateAsync({ file, scope });
      if (isKnown(document)) change(id, { state: 'known', documentId: document.id });
      else drop(id);
    } catch (error) {
      change(id, { state: 'refused', reason: reasonOf(error) });
    }
  };

  const send = async (files: readonly File[], scope: MemoryScope): Promise<void> => {
    const batch = files.map((file) => ({ id: uniqueKey(), file }));
    setUploads((held) => [
      ...held.filter(({ state }) => state === 'waiting' || state === 'sending'),
      ...batch.map(({ id, file }) => ({ id, name: file.name, state: 'waiting' as const })),
    ]);
    for (const { id, file } of batch) await sendOne(id, file, scope);
  };
  return { uploads, send, drop };
}
