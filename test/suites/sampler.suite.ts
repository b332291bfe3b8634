import { describe, it } from '@jest/globals';
import {
  describeContract,
  type SamplerSubject,
  samplerContract,
} from '../../lib/testing/contracts/index.js';

/** The contract of samplers as it is shipped. */
export function describeSampler(subject: SamplerSubject): void {
  const cases = samplerContract(subject);
  describeContract(`${subject.name} as a sampler`, cases, { describe, it });
}
