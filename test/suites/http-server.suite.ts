import { describe, it } from '@jest/globals';
import {
  type HttpServerSubject,
  httpServerContract,
} from '../../lib/testing/contracts/http-server/index.js';
import { describeContract } from '../../lib/testing/contracts/index.js';

/** The contract of HTTP servers as it is shipped. */
export function describeHttpServer(subject: HttpServerSubject): void {
  const cases = httpServerContract(subject);
  describeContract(`an application on ${subject.name}`, cases, { describe, it });
}
