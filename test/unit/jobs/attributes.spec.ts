import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as attributes from '../../../lib/jobs/attributes.js';

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
