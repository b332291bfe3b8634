import { describe, it, jest } from '@jest/globals';
import { bullmqSuite } from '../../suites/bullmq.suite.js';
import { isServiceThere, REDIS } from '../../support/services.js';

const isThere = await isServiceThere(REDIS);

// `@nestjs/bullmq` imports `bullmq`, which is version 6 here.
jest.unstable_mockModule('bullmq', () => import('bullmq-5'));
const nest = await import('@nestjs/bullmq');
const bullmq = await import('bullmq');

describe('jobs of BullMQ 5', () => {
  if (isThere) bullmqSuite({ nest, bullmq, version: 5 });
  else it.skip('needs Redis', () => {});
});
