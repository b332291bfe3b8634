import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as attributes from '../../../lib/events/attributes.js';

describe('the attribute names of events', () => {
  it('take no name of the semantic conventions', () => {
    const names = Object.values(attributes).sort();
    expect(names).toEqual(['nestjs.command.name', 'nestjs.event.name', 'nestjs.query.name']);
    const known = new Set<unknown>(Object.values(conventions));
    expect(names.filter((name) => known.has(name))).toEqual([]);
  });
});
