import { describe, expect, it } from '@jest/globals';
import { parameterMarks } from '../../../lib/decorators/parameter-marks.js';

class Base {}
class Derived extends Base {}

describe('the marks of parameters', () => {
  it('are kept for each method', () => {
    parameterMarks(Base.prototype, 'place').spanIndexes.push(1);
    expect(parameterMarks(Base.prototype, 'place').spanIndexes).toEqual([1]);
    expect(parameterMarks(Base.prototype, 'find').spanIndexes).toEqual([]);
  });

  it('of a static method are not those of the instance method of that name', () => {
    parameterMarks(Base, 'count').spanIndexes.push(0);
    expect(parameterMarks(Base.prototype, 'count').spanIndexes).toEqual([]);
  });

  it('are not inherited', () => {
    parameterMarks(Base.prototype, 'open').spanIndexes.push(0);
    expect(parameterMarks(Derived.prototype, 'open').spanIndexes).toEqual([]);
  });
});
