import { createContext, useContext } from 'react';

import type { NodeKindDescription } from '../../../../contracts/pipeline.ts';

/** What every part of one editor may need to know. */
export interface EditorServices {
  /** Null for a pipeline that has never been saved. */
  pipelineId: string | null;
  kinds: readonly NodeKindDescription[];
}

const ServicesContext = createContext<EditorServices>({ pipelineId: null, kinds: [] });
export const EditorServicesProvider = ServicesContext.Provider;
export const useEditorServices = (): EditorServices => useContext(ServicesContext);
