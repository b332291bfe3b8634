import { describe, expect, it } from '@jest/globals';
import { maskValues } from '../../../lib/database/mask-values.js';

describe('maskValues', () => {
  it.each([
    ['deadlock detected', 'deadlock detected'],
    ['relation "a" does not exist', 'relation "a" does not exist'],
    ['column "a" of relation "b" is wrong', 'column "a" of relation "b" is wrong'],
    ['invalid input for type integer: "hunter2"', 'invalid input for type integer: ?'],
    ["Duplicate entry 'hunter2' for key 'PRIMARY'", 'Duplicate entry ?'],
    ["near 'a = 'hunter2' AND b = 'hunter3'' at line 1", 'near ? at line 1'],
    ['unrecognized token: "\'hunter2"', 'unrecognized token: ?'],
    ["not closed 'hunter2", 'not closed ?'],
    ['Key (email)=(hunter2) already exists.', 'Key (email)=(?) already exists.'],
    ['The duplicate key value is (hunter2, (3)).', 'The duplicate key value is (?).'],
    ['Failing row contains (1, hunter2', 'Failing row contains (?'],
    [
      'row with column values (ID:4711) already exists',
      'row with column values (?) already exists',
    ],
    ['Key (a)=("hunter2)', 'Key (a)=(?'],
    ['function sum(text) does not exist', 'function sum(text) does not exist'],
    ["Table 'shop.orders' doesn't exist", "Table 'shop.orders' doesn't exist"],
    ["Can't create table 'a'", "Can't create table 'a'"],
    ["near 'I can't say hunter2' at line 1", 'near ? at line 1'],
    ["near 'hunter2n't' x", 'near ? x'],
    ["an 'N' near N'hunter2'", 'an ?'],
    ["near n't'", 'near n?'],
    ['', ''],
  ])('removes values: %s', (message, masked) => {
    expect(maskValues(message)).toBe(masked);
  });
});
