import { describe, it } from '@jest/globals';
import * as nest from '@nestjs/bullmq';
import * as bullmq from 'bullmq';
import { bullmqSuite } from '../../suites/bullmq.suite.js';
import { isServiceThere, REDIS } from '../../support/services.js';

const isThere = await isServiceThere(REDIS);

describe('jobs of BullMQ 6', () => {
  if (isThere) bullmqSuite({ nest, bullmq, version: 6 });
  else it.skip('needs Redis', () => {});
});
