import { describe, it } from '@jest/globals';
import * as nest from '@nestjs/bullmq';
import * as bullmq from 'bullmq';
import { bullmqSuite } from '../../suites/bullmq.suite.js';
import { isServiceThere, REDIS } from '../../support/services.js';

const isThere = await isServiceThere(REDIS);

describe('jobs of BullMQ 5', () => {
  if (isThere) bullmqSuite({ nest, bullmq, version: 5 });
  else it.skip('needs Redis', () => {});
});
