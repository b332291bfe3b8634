import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type {
  HttpServerFacts,
  HttpServerSubject,
} from '../../../../lib/testing/contracts/http-server/index.js';

export const EXPRESS_FACTS: HttpServerFacts = {
  findsRouteBeforeBody: false,
  malformedJsonException: 'BadRequestException "Unexpected end of JSON input"',
  throwsForMalformedPath: true,
};

export const FASTIFY_FACTS: HttpServerFacts = {
  findsRouteBeforeBody: true,
  malformedJsonException:
    'HttpException "Body is not valid JSON but content-type is set to \'application/json\'"',
  // The router answers before any hook and any filter.
  throwsForMalformedPath: false,
};

export const PLATFORMS: readonly HttpServerSubject[] = [
  { name: 'Express', createAdapter: () => new ExpressAdapter(), facts: EXPRESS_FACTS },
  { name: 'Fastify', createAdapter: () => new FastifyAdapter(), facts: FASTIFY_FACTS },
];
