import { describe, expect, it } from '@jest/globals';
import { callerStack, foreignCallerStack } from '../../../lib/assembly/caller-stack.js';

function placeOrder(): string[] {
  return callerStack();
}

describe('callerStack', () => {
  it('begins with whoever called the library', () => {
    const [first] = placeOrder();
    expect(first).toMatch(/^at .*caller-stack\.spec\.ts:5:\d+\)?$/);
  });

  it('has five lines at most, none of Node and none of the library', () => {
    const deep = (depth: number): string[] => (depth === 0 ? callerStack() : deep(depth - 1));
    const lines = deep(20);
    expect(lines).toHaveLength(5);
    expect(lines.filter((line) => /node:|[/\\]lib[/\\]nest[/\\]/.test(line))).toEqual([]);
  });

  it('leaves the limit of stacks as it was', () => {
    const before = Error.stackTraceLimit;
    callerStack();
    expect(Error.stackTraceLimit).toBe(before);
  });

  it('has nothing to say where somebody makes something else of stacks', () => {
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = (_, sites) => sites;
    const lines = callerStack();
    Error.prepareStackTrace = before;
    expect(lines).toEqual([]);
  });
});

describe('foreignCallerStack', () => {
  it('begins with whoever called the library', () => {
    const lines = foreignCallerStack();
    expect(lines[0]).toMatch(/^at .*caller-stack\.spec\.ts:\d+:\d+\)?$/);
    expect(lines.length).toBeLessThanOrEqual(5);
  });

  it('is empty where only Node and the library are on the stack', () => {
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = () => 'Error\n  at emit (node:events:1:2)';
    const lines = [foreignCallerStack(), callerStack()];
    Error.prepareStackTrace = prepareStackTrace;
    expect(lines).toEqual([[], ['at emit (node:events:1:2)']]);
  });
});
