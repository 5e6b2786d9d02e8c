import { describe, expect, it } from '@jest/globals';

import { memoryStorage } from '../../../../testing/memory-storage.ts';
import { NEW_DRAFT } from './draft.ts';
import { createDraftKeeper } from './kept-draft.ts';

const kept = { draft: { ...NEW_DRAFT, name: 'digest' }, revision: 3, at: '2026-05-04T10:00:00.000Z' };

describe('a keeper of drafts', () => {
  it('gives back what it kept, to the same person and pipeline alone', () => {
    const storage = memoryStorage();
    createDraftKeeper(storage, 'ada', 'p1').keep(kept);
    expect(createDraftKeeper(storage, 'ada', 'p1').read()).toEqual(kept);
    expect(createDraftKeeper(storage, 'ada', null).read()).toBeUndefined();
    expect(createDraftKeeper(storage, 'bob', 'p1').read()).toBeUndefined();
  });

  it('forgets what it is told to drop, and what cannot be read', () => {
    const storage = memoryStorage();
    const keeper = createDraftKeeper(storage, 'ada', 'p1');
    keeper.keep(kept);
    keeper.drop();
    expect(keeper.read()).toBeUndefined();
    storage.setItem('gathering.editor.ada.p1', '{"draft": 1}');
    expect(keeper.read()).toBeUndefined();
    expect(storage.length).toBe(0);
  });

  it('keeps nothing where there is no room', () => {
    const full = memoryStorage();
    full.setItem = () => {
      throw new Error('full');
    };
    expect(() => createDraftKeeper(full, 'ada', null).keep(kept)).not.toThrow();
  });
});
