import { createContext, useContext } from 'react';

import type { DraftNode, Level } from '../model/draft.ts';
import type { PathPart, PlacedProblem } from '../model/problems.ts';
import type { Bindings } from '../model/sample-bindings.ts';

/** What the fields of a node's form stand on. */
export interface FormState {
  node: DraftNode;
  level: Level;
  /** What its expressions would see; undefined until it is known. */
  bindings: Bindings | undefined;
  /** What these come from, in words. */
  origin: string;
  /** Names of the nodes that may be read, by id. */
  names: ReadonlyMap<string, string>;
  /** Names of secrets where the node may read them, else null. */
  secrets: readonly string[] | null;
  problems: readonly PlacedProblem[];
}

const FormContext = createContext<FormState | null>(null);
export const FormProvider = FormContext.Provider;

export function useForm(): FormState {
  const form = useContext(FormContext);
  if (form === null) throw new Error('used outside of a node’s form');
  return form;
}

/** Where in the node a field stands. */
export type FieldPath = readonly PathPart[];
