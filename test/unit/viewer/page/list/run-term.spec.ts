import { describe, expect, it } from '@jest/globals';
import { runOf, withRun } from '../../../../../lib/viewer/page/list/run-term.js';

describe('runOf', () => {
  it.each([
    ['', undefined],
    ['run:2', 2],
    ['status:error run=3 name:a', 3],
    ['run:x', undefined],
    ['run>2', undefined],
    ['run:2 OR run:3', undefined],
    ['-run:2', undefined],
    ['name:"', undefined],
  ])('of %j is %p', (query, run) => {
    expect(runOf(query)).toBe(run);
  });
});

describe('withRun', () => {
  it.each([
    ['', '2', 'run:2'],
    ['status:error', '2', 'status:error run:2'],
    ['run:1 status:error', '2', 'status:error run:2'],
    ['status:error run:1  name:a', '', 'status:error name:a'],
    ['run:1', '', ''],
  ])('of %j with %j is %j', (query, run, expected) => {
    expect(withRun(query, run)).toBe(expected);
  });
});
