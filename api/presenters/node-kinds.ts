import { z } from 'zod';

import { KIND_PORTS } from '../../contracts/graph/index.ts';
import { LEAF_KINDS } from '../../contracts/node-kinds/index.ts';
import type { NodeKindDescription } from '../../contracts/pipeline.ts';
import { MapNodeConfig } from '../../contracts/pipeline.ts';

/** What the editor draws its palette and its forms from. */
export function describeNodeKinds(): NodeKindDescription[] {
  const kinds = {
    ...LEAF_KINDS,
    map: {
      config: MapNodeConfig,
      ports: KIND_PORTS.map,
      description: 'Runs a pipeline for each item of a list; its output keeps the order of the items.',
    },
  };
  return Object.entries(kinds).map(([name, { config, ports, description }]) => ({
    name,
    description,
    ports: [...ports],
    configSchema: z.record(z.string(), z.json()).parse(z.toJSONSchema(config, { io: 'input' })),
  }));
}
