import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { httpServerSuite } from '../../suites/http-server.suite.js';
import { optionsOnOtherSdk } from '../../support/options-on-other-sdk.js';
import { EXPRESS_FACTS, FASTIFY_FACTS } from '../http/application/kinds-of-request.js';

httpServerSuite(
  {
    name: 'Express with another SDK',
    createAdapter: () => new ExpressAdapter(),
    testOptions: optionsOnOtherSdk,
  },
  EXPRESS_FACTS,
);

httpServerSuite(
  {
    name: 'Fastify with another SDK',
    createAdapter: () => new FastifyAdapter(),
    testOptions: optionsOnOtherSdk,
  },
  FASTIFY_FACTS,
);
