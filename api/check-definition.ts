import type { Id } from '../contracts/ids.ts';
import type { PipelineDefinition } from '../contracts/pipeline.ts';
import { type FindPipelines, findStarted, resolvePipelines } from '../platform/pipeline/sub-pipelines.ts';
import type { PipelineValidation } from '../platform/pipeline/validate-pipeline.ts';
import { validatePipeline } from '../platform/pipeline/validate-pipeline.ts';
import type { ApiDependencies } from './dependencies.ts';
import { refusal } from './middleware/parse-request.ts';

/** Checks definitions against their contract, their own logic, and the agents, pipelines and tools that there are. */
export function createDefinitionCheck({
  store,
  validation,
  catalogue,
}: Pick<ApiDependencies, 'store' | 'validation' | 'catalogue'>) {
  const findPinned: FindPipelines = (references) => store.pipelineVersions.findPinned(references);
  const tools = new Set(catalogue.tools.map(({ name }) => name));
  const check = async (definition: unknown, viewer: Id, self?: Id): Promise<PipelineValidation> => {
    const [agents, circles, pipelines, started] = await Promise.all([
      store.agents.listReferences(),
      store.circleNodes.listCircleReferences(viewer),
      resolvePipelines(definition, findPinned),
      findStarted(definition, findPinned),
    ]);
    return validatePipeline(definition, { agents, circles, pipelines, started, tools, self }, validation);
  };
  return {
    check,
    /**
     * @param viewer id of the user for whom: a circle that they may not see is not there
     * @param self id of the pipeline that it belongs to; absent for a new one
     * @throws GatheringFailure InvalidInput naming everything that is wrong with it
     */
    async require(definition: unknown, viewer: Id, self?: Id): Promise<PipelineDefinition> {
      const checked = await check(definition, viewer, self);
      if (!checked.ok) throw refusal(checked.problems);
      return checked.definition;
    },
  };
}
