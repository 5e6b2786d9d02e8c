import { GatheringFailure } from '../../contracts/failure.ts';

/** A budget had too little left for a call, people were asked to extend it, and the work is paused until they have. */
export class BudgetReached extends GatheringFailure {
  /** Of the conversation or the run: the one that says that it is paused. */
  readonly revision: number;

  constructor(message: string, revision: number) {
    super('LimitExceeded', message);
    this.revision = revision;
  }
}
