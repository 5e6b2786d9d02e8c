import { GatheringFailure } from '../../contracts/failure.ts';

/**
 * A budget had too little left for a call, people were asked to extend it, and the work is paused until they have; or nobody was asked, since
 * the call was optional.
 */
export class BudgetReached extends GatheringFailure {
  /** Of the conversation or the run: the one that says that it is paused. 0: nothing is paused. */
  readonly revision: number;

  constructor(message: string, revision = 0) {
    super('LimitExceeded', message);
    this.revision = revision;
  }
}
