import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { httpServerSuite } from '../../suites/http-server.suite.js';

httpServerSuite(
  { name: 'Express', createAdapter: () => new ExpressAdapter() },
  {
    findsRouteBeforeBody: false,
    malformedJsonException: 'BadRequestException "Unexpected end of JSON input"',
    throwsForMalformedPath: true,
  },
);

httpServerSuite(
  { name: 'Fastify', createAdapter: () => new FastifyAdapter() },
  {
    findsRouteBeforeBody: true,
    malformedJsonException:
      'HttpException "Body is not valid JSON but content-type is set to \'application/json\'"',
    // The router answers before any hook and any filter.
    throwsForMalformedPath: false,
  },
);
