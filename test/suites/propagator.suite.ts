import { describe, it } from '@jest/globals';
import {
  describeContract,
  type PropagatorSubject,
  propagatorContract,
} from '../../lib/testing/contracts/index.js';

/** `FUZZ_ITERATIONS` raises it, for a long run once in a while. */
const ITERATIONS = Number(process.env.FUZZ_ITERATIONS ?? 20_000);

/** The contract of propagators as it is shipped. */
export function describePropagator(subject: PropagatorSubject): void {
  const cases = propagatorContract({ spoiledCarrierCount: ITERATIONS, ...subject });
  describeContract(`${subject.name} as a propagator`, cases, { describe, it });
}
