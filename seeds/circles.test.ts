import { beforeAll, describe, expect, it } from '@jest/globals';

import { loadSeeds, type Seeds } from './seed-definitions.ts';

let seeds: Seeds;
beforeAll(async () => {
  seeds = await loadSeeds();
});
const circleOf = (name: string) => {
  const found = seeds.circles.find((circle) => circle.name === name);
  if (found === undefined) throw new Error(`There is no circle ${name}`);
  return found;
};

describe('the circles', () => {
  it('are a team for texts, one for decisions and one for incidents, open to everybody', () => {
    expect(seeds.circles.map(({ name, visibility }) => [name, visibility])).toEqual([
      ['design-debate', 'everyone'],
      ['editorial-team', 'everyone'],
      ['incident-room', 'everyone'],
    ]);
  });

  it('have agents that are seeded, each once, and say what they are for', () => {
    const known = seeds.personas.map(({ name }) => name);
    for (const { members, description, topic } of seeds.circles) {
      const names = members.map(({ agent }) => agent);
      expect(known).toEqual(expect.arrayContaining(names));
      expect(new Set(names).size).toBe(names.length);
      expect(description.length).toBeGreaterThan(100);
      expect(topic.length).toBeGreaterThan(200);
    }
  });

  it('have the parts that their modes need', () => {
    const roles = (name: string) => circleOf(name).members.map(({ role }) => role);
    expect(roles('editorial-team').filter((role) => role === 'reviewer')).toHaveLength(2);
    expect(roles('incident-room').filter((role) => role === 'facilitator')).toHaveLength(1);
    expect(roles('design-debate').filter((role) => role === 'judge')).toHaveLength(1);
    const debaters = circleOf('design-debate').members.flatMap(({ agent, role }) =>
      role === 'member' ? agent : [],
    );
    expect(circleOf('design-debate').settings.sides?.flat().sort()).toEqual(debaters.sort());
  });
});
