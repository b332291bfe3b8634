import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as attributes from '../../../lib/lifecycle/attributes.js';

describe('the attribute names of the lifecycle', () => {
  it('take no name of the semantic conventions', () => {
    const names = Object.values(attributes).sort();
    expect(names).toEqual([
      'nestjs.callback',
      'nestjs.controller',
      'nestjs.guard.allowed',
      'nestjs.pipe.parameter',
      'nestjs.type',
    ]);
    const known = new Set<unknown>(Object.values(conventions));
    expect(names.filter((name) => known.has(name))).toEqual([]);
  });
});
