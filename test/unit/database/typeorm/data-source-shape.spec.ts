import { describe, expect, it } from '@jest/globals';
import { isDataSource } from '../../../../lib/database/typeorm/data-source-shape.js';

const shape = {
  options: { type: 'postgres' },
  manager: { transaction: () => {} },
  createQueryRunner: () => {},
  initialize: () => {},
};
const refusing = new Proxy(
  {},
  {
    get() {
      throw new Error('no');
    },
  },
);

describe('isDataSource', () => {
  it.each([
    ['a DataSource', shape, true],
    ['a DataSource of MongoDB', { ...shape, options: { type: 'mongodb' } }, false],
    ['something without initialize', { ...shape, initialize: undefined }, false],
    ['an empty object', {}, false],
    ['null', null, false],
    ['an object whose members throw', refusing, false],
  ])('%s: %#', (_, value, expected) => {
    expect(isDataSource(value)).toBe(expected);
  });
});
