import { describe, expect, it } from '@jest/globals';
import {
  isBlocking,
  isScript,
  keyOf,
  operationOf,
  operationOfBatch,
  sanitizeCommands,
} from '../../../../lib/database/redis/redis-command.js';

describe('operationOf', () => {
  it.each([
    ['get', 'GET'],
    ['GET', 'GET'],
    ['json.set', 'JSON.SET'],
    ['geosearch_ro', 'GEOSEARCH_RO'],
    ['get secret', '_OTHER'],
    ['', '_OTHER'],
    ['x'.repeat(33), '_OTHER'],
    ['gét', '_OTHER'],
  ])('reads %j as %s', (name, operation) => {
    expect(operationOf(name)).toBe(operation);
  });

  it('is right for more names than it remembers', () => {
    for (let index = 0; index < 1_100; index++) operationOf(`command${index}`);
    expect(operationOf('command1099')).toBe('COMMAND1099');
  });
});

describe('operationOfBatch', () => {
  it.each([
    [[], 'MULTI'],
    [['set', 'SET'], 'MULTI SET'],
    [['set', 'get'], 'MULTI'],
  ])('of %j is %s', (names, operation) => {
    expect(
      operationOfBatch(
        'MULTI',
        names.map((name) => ({ name })),
      ),
    ).toBe(operation);
  });
});

describe('isBlocking', () => {
  it.each<[string, unknown[], boolean]>([
    ['BLPOP', ['a', 0], true],
    ['BZPOPMIN', ['a', 0], true],
    ['WAIT', [], true],
    ['LPOP', ['a'], false],
    ['XREAD', ['COUNT', 1, 'block', 0, 'STREAMS', 's', '$'], true],
    ['XREADGROUP', [Buffer.from('GROUP'), 'g', 'c', Buffer.from('BLOCK'), '0'], true],
    ['XREAD', ['STREAMS', 'BLOCK', '$'], false],
    ['XREAD', [], false],
    ['SET', ['BLOCK'], false],
  ])('of %s %j is %s', (operation, args, expected) => {
    expect(isBlocking(operation, args)).toBe(expected);
  });
});

describe('isScript', () => {
  it.each([
    ['EVAL', true],
    ['EVALSHA_RO', true],
    ['FCALL', true],
    ['MULTI EVALSHA', true],
    ['GET', false],
  ])('of %s is %s', (operation, expected) => {
    expect(isScript(operation)).toBe(expected);
  });
});

describe('keyOf', () => {
  it.each<[string, unknown[], string | undefined]>([
    ['GET', ['user:1'], 'user:1'],
    ['GET', [Buffer.from('user:1')], 'user:1'],
    ['GET', [17], '17'],
    ['GET', [], undefined],
    ['GET', ['?'], undefined],
    ['GET', [{}], undefined],
    ['AUTH', ['secret'], undefined],
    ['PUBLISH', ['channel', 'x'], undefined],
    ['EVALSHA', ['sha', 2, 'a', 'b', 'value'], 'a'],
    ['EVAL', ['script', '0', 'value'], undefined],
    ['FCALL', ['name', '1', 'a'], 'a'],
    ['XREAD', ['COUNT', 1, 'streams', 's', '$'], 's'],
    ['XREAD', ['COUNT', 1], undefined],
    ['BITOP', ['AND', 'to', 'from'], 'to'],
    ['ZUNION', [2, 'a', 'b'], 'a'],
    ['BLMPOP', [0, 1, 'a'], 'a'],
    ['_OTHER', ['x'], undefined],
  ])('of %s %j is %j', (operation, args, key) => {
    expect(keyOf(operation, args)).toBe(key);
  });
});

describe('sanitizeCommands', () => {
  it('shows the number of arguments only', () => {
    const commands = [{ name: 'set', args: ['a', 'secret'] }, { name: 'ping' }];
    expect(sanitizeCommands(commands, 100)).toBe('SET ? ?; PING');
  });

  it('does not write what is cut', () => {
    const args = new Array(1_000_000).fill('x');
    const command = { name: 'mset', args };
    expect(sanitizeCommands([command, command], 10)).toBe('MSET ? ? ?');
  });
});
