import { describe, expect, it } from '@jest/globals';
import { commandOf, commandsOf } from '../../../../lib/database/redis/command-arguments.js';

describe('commandOf', () => {
  it.each([
    [['GET', 'a'], { name: 'GET', args: ['a'] }],
    [[Buffer.from('GET')], { name: 'GET', args: [] }],
    [[], undefined],
    ['GET', undefined],
    [undefined, undefined],
  ])('reads %j', (args, command) => {
    expect(commandOf(args)).toEqual(command);
  });
});

describe('commandsOf', () => {
  it.each([
    [[{ args: ['GET', 'a'] }, { args: 'x' }, null], [{ name: 'GET', args: ['a'] }]],
    [undefined, []],
  ])('reads %j', (commands, expected) => {
    expect(commandsOf(commands)).toEqual(expected);
  });
});
