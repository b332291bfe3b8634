/**
 * The entry point `nestjs-traced/testing/contracts/http-server`: the contract of adapters of Nest for HTTP
 * servers. It needs no test runner and loads Nest.
 */
export { describeContract } from '../index.js';
export type { RawResponse } from './application/orders.controller.js';
export {
  type HttpServerInability,
  type HttpServerSubject,
  httpServerContract,
} from './http-server-contract.js';
export type { HttpServerFacts } from './kinds-of-request.js';
export type { Platform } from './start-application.js';
