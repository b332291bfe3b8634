import type { Sampler } from '../../lib/sampling/index.js';

/** A sampler that answers what `decide` says. */
export function givenSampler(
  decide: Sampler['shouldSample'],
  followsUnsampledParent = true,
): Sampler {
  return { followsUnsampledParent, shouldSample: decide, toString: () => 'given' };
}
