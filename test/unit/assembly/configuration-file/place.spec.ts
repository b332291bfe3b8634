import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import { messageOf, placeInFile } from './configuration-files.js';

describe('a place in a configuration file', () => {
  it('has a path of names and numbers', () => {
    const place = placeInFile().property('a').property('b').item(2).property('c');
    expect(place.path).toBe('a.b[2].c');
    expect(placeInFile().path).toBe('');
  });

  it('makes errors with the file, the path, what must hold and a remedy', () => {
    const error = placeInFile().property('a').error('must be b', 'c', 'Do d.');
    expect(error).toBeInstanceOf(TracingConfigError);
    expect(error.code).toBe('INVALID_CONFIGURATION_FILE');
    expect(error.message).toBe('The configuration file otel.yaml, a must be b, but it is c. Do d.');
    expect(placeInFile().error('must be b', 'c', 'Do d.').message).toBe(
      'The configuration file otel.yaml must be b, but it is c. Do d.',
    );
  });

  it('collects what the library does not have', () => {
    const top = placeInFile();
    top.property('a').lacks();
    top.property('b').item(0).lacks();
    top.property('a').lacks();
    expect([...top.facts.lacking]).toEqual(['a', 'b[0]']);
  });

  it('is not deeper than an alias that refers to itself can make it', () => {
    let place = placeInFile();
    const message = messageOf(() => {
      for (;;) place = place.property('root');
    });
    expect(message).toMatch(/must not nest more than 50 objects and arrays/);
  });

  it('shortens the names of a hostile file', () => {
    expect(placeInFile().property('x'.repeat(1_000_000)).path).toHaveLength(101);
  });
});
