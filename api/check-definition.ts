import type { Id } from '../contracts/ids.ts';
import type { PipelineDefinition } from '../contracts/pipeline.ts';
import { resolvePipelines } from '../platform/pipeline/sub-pipelines.ts';
import type { PipelineValidation } from '../platform/pipeline/validate-pipeline.ts';
import { validatePipeline } from '../platform/pipeline/validate-pipeline.ts';
import type { ApiDependencies } from './dependencies.ts';
import { refusal } from './middleware/parse-request.ts';

/** Checks definitions against their contract, their own logic, and the agents and pipelines that there are. */
export function createDefinitionCheck({ store, validation }: Pick<ApiDependencies, 'store' | 'validation'>) {
  const check = async (definition: unknown, self?: Id): Promise<PipelineValidation> => {
    const [agents, pipelines] = await Promise.all([
      store.agents.listReferences(),
      resolvePipelines(definition, (references) => store.pipelineVersions.findPinned(references)),
    ]);
    return validatePipeline(definition, { agents, pipelines, self }, validation);
  };
  return {
    check,
    /**
     * @param self id of the pipeline that it belongs to; absent for a new one
     * @throws GatheringFailure InvalidInput naming everything that is wrong with it
     */
    async require(definition: unknown, self?: Id): Promise<PipelineDefinition> {
      const checked = await check(definition, self);
      if (!checked.ok) throw refusal(checked.problems);
      return checked.definition;
    },
  };
}
