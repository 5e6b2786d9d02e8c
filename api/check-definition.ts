import type { PipelineDefinition } from '../contracts/pipeline.ts';
import type { PipelineValidation } from '../platform/pipeline/validate-pipeline.ts';
import { validatePipeline } from '../platform/pipeline/validate-pipeline.ts';
import type { ApiDependencies } from './dependencies.ts';
import { refusal } from './middleware/parse-request.ts';

/** Checks definitions against their contract, their own logic, and the agents that there are. */
export function createDefinitionCheck({ store, validation }: Pick<ApiDependencies, 'store' | 'validation'>) {
  const check = async (definition: unknown): Promise<PipelineValidation> =>
    validatePipeline(definition, { agents: await store.agents.listReferences() }, validation);
  return {
    check,
    /** @throws GatheringFailure InvalidInput naming everything that is wrong with it */
    async require(definition: unknown): Promise<PipelineDefinition> {
      const checked = await check(definition);
      if (!checked.ok) throw refusal(checked.problems);
      return checked.definition;
    },
  };
}
