import type { IncomingMessage } from 'node:http';
import { checkOption } from '../../../option-checks.js';
import {
  type ContractCase,
  type ContractSubject,
  checkSubject,
  defineContract,
} from '../contract-case.js';
import { type IncomingContextSubject, incomingContextCases } from '../incoming-context-contract.js';
import { ApplicationModule } from './application/application.module.js';
import type { RawResponse } from './application/orders.controller.js';
import { connectionCases } from './connection-cases.js';
import { correlationCases } from './correlation-cases.js';
import { disturbanceCases } from './disturbance-cases.js';
import { kindCases } from './kind-cases.js';
import type { HttpServerFacts } from './kinds-of-request.js';
import { prefixCases } from './prefix-cases.js';
import { type Platform, startApplication } from './start-application.js';

/**
 * What a platform can be unable to do by design: `writeByHand` (handlers cannot write to the response, or
 * break it off, without the adapter).
 */
export type HttpServerInability = 'writeByHand';

/** An adapter of Nest for an HTTP server that faces the {@link httpServerContract}. */
export interface HttpServerSubject extends ContractSubject<HttpServerInability>, Platform {
  /** The name of the platform, for messages. */
  readonly name: string;
  /** Where platforms differ, and each of them is right. */
  readonly facts: HttpServerFacts;
  /**
   * Returns what handlers write to by hand, from the response that the adapter passes to handlers.
   *
   * @default the member `raw` of the response, or the response itself
   */
  readonly responseOf?: (response: unknown) => RawResponse;
}

const FACTS: Readonly<Record<keyof HttpServerFacts, string>> = {
  findsRouteBeforeBody: 'boolean',
  malformedJsonException: 'string',
  throwsForMalformedPath: 'boolean',
};

/**
 * Returns the contract of HTTP servers: which spans an application with `TracingModule` makes on an adapter
 * of Nest, and that tracing does not disturb it. Each case starts an application with routes of all kinds on
 * 127.0.0.1, sends requests, and compares the whole traces.
 *
 * @throws TracingConfigError for an invalid subject
 * @example
 * const cases = httpServerContract({
 *   name: 'Fastify',
 *   createAdapter: () => new FastifyAdapter(),
 *   facts: {
 *     findsRouteBeforeBody: true,
 *     malformedJsonException: 'HttpException "Body is not valid JSON"',
 *     throwsForMalformedPath: false,
 *   },
 * });
 */
export function httpServerContract(subject: HttpServerSubject): ContractCase[] {
  const owner = 'httpServerContract';
  checkSubject(owner, subject, ['createAdapter']);
  for (const [fact, type] of Object.entries(FACTS)) {
    const value = (subject.facts as unknown as Record<string, unknown> | undefined)?.[fact];
    checkOption(
      (typeof value as string) === type,
      `${owner}.facts.${fact}`,
      `must be a ${type}`,
      value,
      'Say how the platform behaves.',
    );
  }
  return defineContract<HttpServerInability>(owner, ['writeByHand'], subject, [
    ...kindCases(subject),
    ...connectionCases(subject),
    ...disturbanceCases(subject),
    ...correlationCases(subject),
    ...prefixCases(subject),
    ...incomingContextCases(incomingContextSubject(subject)),
  ]);
}

function incomingContextSubject(
  subject: HttpServerSubject,
): Pick<IncomingContextSubject<IncomingMessage>, 'start' | 'fieldOf' | 'options'> {
  return {
    options: 'http.server',
    fieldOf: ({ headers }, name) => headers[name],
    async start(server, sampler) {
      const { application, url, recorder, warnings } = await startApplication(subject, {
        tracing: { http: { server }, ...(sampler && { sampler }) },
        module: (tracing) => ApplicationModule.with(tracing, subject.responseOf),
      });
      return {
        recorder,
        warnings,
        async ask(fields) {
          const response = await fetch(`${url}/baggage`, { headers: fields });
          return (await response.json()) as Record<string, string>;
        },
        close: () => application.close(),
      };
    },
  };
}
