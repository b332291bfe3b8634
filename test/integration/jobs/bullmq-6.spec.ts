import { describe, it, jest } from '@jest/globals';
import { bullmqSuite } from '../../suites/bullmq.suite.js';
import { isServiceThere, REDIS } from '../../support/services.js';

const isThere = await isServiceThere(REDIS);

// `@nestjs/bullmq` imports `bullmq`, which is version 5 here.
jest.unstable_mockModule('bullmq', () => import('bullmq-6'));
const nest = await import('@nestjs/bullmq');
const bullmq = await import('bullmq');

describe('jobs of BullMQ 6', () => {
  if (isThere) bullmqSuite({ nest, bullmq, version: 6 });
  else it.skip('needs Redis', () => {});
});
