import { describe, expect, it } from '@jest/globals';
import {
  SEVERITY_OF_NEST_LEVEL,
  severityOfName,
  severityOfNumber,
} from '../../../lib/logging/severity.js';

describe('the severity of a level', () => {
  it.each([
    ['silly', 1],
    ['trace', 1],
    ['debug', 5],
    ['verbose', 6],
    ['http', 7],
    ['info', 9],
    ['notice', 10],
    ['warn', 13],
    ['warning', 13],
    ['error', 17],
    ['crit', 18],
    ['alert', 19],
    ['fatal', 21],
    ['emerg', 21],
    ['audit', 0],
    ['toString', 0],
  ])('of the name %s is %d', (name, severity) => expect(severityOfName(name)).toBe(severity));

  it.each([
    [5, 1],
    [10, 1],
    [15, 3],
    [20, 5],
    [30, 9],
    [35, 11],
    [40, 13],
    [50, 17],
    [60, 21],
    [70, 24],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
  ])("of pino's %d is %d", (level, severity) => expect(severityOfNumber(level)).toBe(severity));

  it("has all levels of Nest, in Nest's order", () => {
    const levels = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'];
    expect(levels.map((level) => SEVERITY_OF_NEST_LEVEL[level])).toEqual([1, 5, 9, 13, 17, 21]);
  });
});
