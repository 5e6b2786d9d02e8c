import type { Json, JsonObject } from '../../contracts/json.ts';
import type { PipelineNode } from '../../contracts/pipeline.ts';
import type { Computation } from '../../platform/expression/evaluation.ts';
import { analyseExpression, joinReads, NO_READS, type Reads } from '../../platform/expression/reads.ts';
import { analyseTemplate } from '../../platform/expression/template.ts';

/** What a node evaluates: its output where it is pure, else what its effect is done with. A merge evaluates nothing. */
export function computationOf(node: PipelineNode): Computation | undefined {
  switch (node.type) {
    case 'condition':
      return { kind: 'boolean', expression: node.config.expression };
    case 'transform':
      return { kind: 'value', expression: node.config.expression };
    case 'filter':
      return { kind: 'filter', items: node.config.items, where: node.config.where };
    case 'map':
      return { kind: 'list', expression: node.config.items };
    case 'agent':
      return { kind: 'template', template: node.config.prompt };
    case 'circle':
      return { kind: 'template', template: node.config.topic };
    case 'action':
      return { kind: 'template', template: templateOf(node.config) };
    case 'delay': {
      const { duration, until } = node.config;
      return {
        kind: 'template',
        template: { ...(duration === undefined ? { until: until ?? '' } : { duration }) },
      };
    }
    case 'human': {
      const { title, instructions, value } = node.config;
      return {
        kind: 'template',
        template: {
          title,
          ...(instructions === undefined ? {} : { instructions }),
          ...(value === undefined ? {} : { value }),
        },
      };
    }
    case 'pipeline':
      return { kind: 'template', template: node.config.input };
    case 'merge':
    case 'trigger':
    case 'parallel':
      return undefined;
  }
}

function templateOf(config: Extract<PipelineNode, { type: 'action' }>['config']): JsonObject {
  switch (config.action) {
    case 'call_api': {
      const { url, headers, body } = config;
      return { url, headers, ...(body === undefined ? {} : { body }) };
    }
    case 'write_file':
      return { path: config.path, content: config.content };
    case 'execute_pipeline':
      return { input: config.input };
    case 'call_tool':
      return { arguments: config.arguments };
    case 'remember': {
      const { content, tags, of } = config;
      return { content, tags, ...(of === undefined ? {} : { of }) };
    }
    case 'recall': {
      const { query, of } = config;
      return { query, ...(of === undefined ? {} : { of }) };
    }
  }
}

/** What must be bound before a computation can be done; nothing for an expression that does not parse, which then says so. */
export function readsOf(what: Computation): Reads {
  switch (what.kind) {
    case 'filter':
      return joinReads([readsOfExpression(what.items), readsOfExpression(what.where)]);
    case 'template':
      return readsOfTemplate(what.template);
    case 'value':
    case 'boolean':
    case 'list':
      return readsOfExpression(what.expression);
  }
}

function readsOfExpression(source: string): Reads {
  const analysis = analyseExpression(source);
  return analysis.ok ? analysis.reads : NO_READS;
}

function readsOfTemplate(template: Json): Reads {
  const analysis = analyseTemplate(template);
  return analysis.ok ? analysis.reads : NO_READS;
}
