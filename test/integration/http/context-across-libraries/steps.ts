import { Traced } from '../../../../lib/decorators/index.js';

/** Traces the steps of requests, each with the id of the request that the caller believes to be its own. */
export class Steps {
  @Traced({ name: (step: string) => step, attributes: (_: string, id: string) => ({ id }) })
  take(_step: string, _id: string): void {}
}

export const steps = new Steps();
