import { describe, expect, it } from '@jest/globals';
import ELK from 'elkjs';

import { DraftGraph } from './draft.ts';
import { endOf, startOf, turnOf } from './edge-ways.ts';
import { arranged } from './layout.ts';
import { freePlace, heightOf, NODE_WIDTH } from './sizes.ts';

const graph = DraftGraph.parse({
  nodes: ['a', 'b', 'c', 'd'].map((id) => ({ id, type: id === 'a' ? 'condition' : 'transform' })),
  edges: [
    { from: 'a', to: 'b', port: 'true' },
    { from: 'a', to: 'c', port: 'false' },
    { from: 'b', to: 'd' },
    { from: 'c', to: 'd' },
    { from: 'gone', to: 'd' },
  ],
});
const portsOf = (id: string) => (id === 'a' ? ['true', 'false'] : ['default']);

describe('arranging', () => {
  it('goes from left to right, the branches in the order of their ports, and nothing lies over anything', async () => {
    const places = await arranged(new ELK(), graph, portsOf);
    const at = (id: string) => places.get(id) ?? { x: Number.NaN, y: Number.NaN };
    expect(at('a').x + NODE_WIDTH).toBeLessThan(at('b').x);
    expect(at('b').x).toBe(at('c').x);
    expect(at('b').y + heightOf(1)).toBeLessThan(at('c').y);
    expect(at('c').x + NODE_WIDTH).toBeLessThan(at('d').x);
  });
});

describe('arranging a question to people', () => {
  const asked = DraftGraph.parse({
    nodes: ['late', 'no', 'yes', 'ask', 'ask', 'end'].map((id) => ({ id, type: 'transform' })),
    edges: [
      { from: 'ask', to: 'yes', port: 'approved' },
      { from: 'ask', to: 'no', port: 'rejected' },
      { from: 'ask', to: 'late', port: 'timeout' },
      { from: 'yes', to: 'end' },
      { from: 'yes', to: 'end' },
      { from: 'no', to: 'end', port: 'unknown' },
    ],
  });

  it('keeps the branches in the order of the ports, and bears what is there twice', async () => {
    const ports = (id: string) => (id === 'ask' ? ['approved', 'rejected', 'timeout'] : ['default']);
    const places = await arranged(new ELK(), asked, ports);
    const heights = ['yes', 'no', 'late'].map((id) => places.get(id)?.y ?? Number.NaN);
    expect(heights).toEqual(heights.toSorted((a, b) => a - b));
    expect(places.size).toBe(5);
  });
});

describe('a new node', () => {
  const placed = DraftGraph.parse({ nodes: [{ id: 'a', type: 'transform', position: { x: 0, y: 0 } }] });

  it('is put where it is wanted, or below what is there', () => {
    expect(freePlace(placed, { x: 400, y: 0 }, () => 1)).toEqual({ x: 400, y: 0 });
    expect(freePlace(placed, { x: 20, y: 10 }, () => 1).y).toBeGreaterThan(heightOf(1));
  });
});

describe('an edge', () => {
  const box = (x: number, y: number) => ({ x, y, width: 100, height: 50 });
  const ends = { from: { ...box(0, 0), ports: ['true', 'false'] }, port: 'false', to: box(600, 200) };

  it('begins at its port and ends at the head of the next node', () => {
    expect(startOf(ends)).toEqual({ x: 100, y: 88 });
    expect(endOf(ends)).toEqual({ x: 600, y: 226 });
  });

  it('turns half way, unless a node stands there: then it goes around', () => {
    expect(turnOf(ends, [])).toBe(350);
    expect(turnOf(ends, [box(300, 120)])).not.toBe(350);
    expect(turnOf(ends, [box(300, 60), box(300, 200)])).toBe(574);
  });

  it('is left to itself where it leads back', () => {
    expect(turnOf({ ...ends, to: box(-400, 0) }, [])).toBeUndefined();
  });
});
