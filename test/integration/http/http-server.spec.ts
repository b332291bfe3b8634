import { httpServerSuite } from '../../suites/http-server.suite.js';
import { EXPRESS_FACTS, FASTIFY_FACTS } from './application/kinds-of-request.js';
import { PLATFORMS } from './application/platforms.js';

for (const platform of PLATFORMS) {
  httpServerSuite(platform, platform.name === 'Express' ? EXPRESS_FACTS : FASTIFY_FACTS);
}
