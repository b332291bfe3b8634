import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as attributes from '../../../lib/jobs/attributes.js';
import { ADD_DURATION, PROCESS_DURATION } from '../../../lib/jobs/job-durations.js';

const ours = Object.entries(attributes).filter(([, name]) => name.startsWith('nestjs.'));
const standard = Object.entries(attributes).filter(([, name]) => !name.startsWith('nestjs.'));

describe('the attribute names of jobs', () => {
  it.each(standard)('%s is in the semantic conventions', (constant, name) => {
    expect((conventions as Record<string, unknown>)[`ATTR_${constant}`]).toBe(name);
  });

  it('are in a namespace of Nest otherwise', () => {
    expect(ours.map(([, name]) => name).sort()).toEqual([
      'nestjs.job.attempt',
      'nestjs.job.event',
      'nestjs.job.name',
      'nestjs.schedule.expression',
      'nestjs.schedule.name',
      'nestjs.schedule.type',
    ]);
    const known = new Set<unknown>(Object.values(conventions));
    expect(ours.filter(([, name]) => known.has(name))).toEqual([]);
  });
});

describe('the durations of jobs', () => {
  it('have the names of the semantic conventions', () => {
    expect(ADD_DURATION.name).toBe(conventions.METRIC_MESSAGING_CLIENT_OPERATION_DURATION);
    expect(PROCESS_DURATION.name).toBe(conventions.METRIC_MESSAGING_PROCESS_DURATION);
  });
});
