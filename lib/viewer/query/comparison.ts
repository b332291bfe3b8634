import type { AnyValue } from '../analysis/span-record.js';
import type { QueryTerm } from './parse.js';

/** Compares a value with that of a term; of a list, one element has to fit, and none for `!=`. */
export function comparisonOf(term: QueryTerm): (value: AnyValue) => boolean {
  const { operator, value: wanted, number, pattern } = term;
  const wantedLower = wanted.toLowerCase();
  const isNumberField = term.field?.type === 'number' || term.field?.type === 'duration';
  const equals = (value: AnyValue): boolean =>
    String(value) === wanted || (!Number.isNaN(number) && toNumber(value) === number);
  const single = (value: AnyValue): boolean => {
    switch (operator) {
      case ':':
        return isNumberField ? equals(value) : String(value).toLowerCase().includes(wantedLower);
      case '=':
        return equals(value);
      case '<':
        return toNumber(value) < number;
      case '>':
        return toNumber(value) > number;
      case '<=':
        return toNumber(value) <= number;
      case '>=':
        return toNumber(value) >= number;
      default:
        return (pattern as RegExp).test(String(value).slice(0, MAX_TESTED_LENGTH));
    }
  };
  if (operator === '!=') {
    return (value) => (Array.isArray(value) ? !value.some(equals) : !equals(value));
  }
  return (value) => (Array.isArray(value) ? value.some(single) : single(value));
}

const MAX_TESTED_LENGTH = 10_000;

function toNumber(value: AnyValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' && value !== '' ? Number(value) : NaN;
}
