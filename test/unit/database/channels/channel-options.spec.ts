import { describe, expect, it } from '@jest/globals';
import {
  CHANNEL_LIBRARIES,
  librariesOf,
} from '../../../../lib/database/channels/channel-options.js';

describe('librariesOf', () => {
  it.each([
    [undefined, CHANNEL_LIBRARIES],
    [false, []],
    [['mysql2'], ['mysql2']],
    [[], []],
  ] as const)('reads %j', (option, libraries) => {
    expect([...librariesOf(option)]).toEqual([...libraries]);
  });

  it.each([
    ['pg', 'database.channels must be an array'],
    [true, 'database.channels must be an array'],
    [
      ['pg'],
      "database.channels must contain only 'ioredis', 'node-redis', 'mysql2', 'mssql', 'mongoose'",
    ],
  ])('refuses %j', (option, message) => {
    expect(() => librariesOf(option as never)).toThrow(message);
  });
});
