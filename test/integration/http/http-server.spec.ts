import { describeHttpServer } from '../../suites/http-server.suite.js';
import { PLATFORMS } from './application/platforms.js';

for (const platform of PLATFORMS) describeHttpServer(platform);
