// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to variables look like templates
import { describe, expect, it } from '@jest/globals';
import {
  hasReference,
  InvalidReference,
  resolvePlainScalar,
  substitute,
} from '../../../../lib/assembly/configuration-file/substitution.js';

const VARIABLES = {
  STRING_VALUE: 'value',
  FLOAT_VALUE: '1.1',
  EMPTY: '',
  DO_NOT_REPLACE_ME: 'Never use this value',
  REPLACE_ME: `\${DO_NOT_REPLACE_ME}`,
  VALUE_WITH_ESCAPE: 'value$$',
};

describe('substitute', () => {
  // The table of the specification: `configuration/data-model.md`, "Environment variable substitution".
  it.each([
    ['${STRING_VALUE}', 'value'],
    ['${env:STRING_VALUE}', 'value'],
    ['foo ${STRING_VALUE} ${FLOAT_VALUE}', 'foo value 1.1'],
    ['${UNDEFINED_KEY}', ''],
    ['${UNDEFINED_KEY:-fallback}', 'fallback'],
    ['${EMPTY:-fallback}', 'fallback'],
    ['${env:UNDEFINED_KEY:-fallback}', 'fallback'],
    ['${UNDEFINED_KEY:-}', ''],
    ['${UNDEFINED_KEY:-a:-b}', 'a:-b'],
    ['${REPLACE_ME}', '${DO_NOT_REPLACE_ME}'],
    ['${UNDEFINED_KEY:-${STRING_VALUE}}', '${STRING_VALUE}'],
    ['$${STRING_VALUE}', '${STRING_VALUE}'],
    ['$$${STRING_VALUE}', '$value'],
    ['$$$${STRING_VALUE}', '$${STRING_VALUE}'],
    ['$${STRING_VALUE:-fallback}', '${STRING_VALUE:-fallback}'],
    ['$${STRING_VALUE:-${STRING_VALUE}}', '${STRING_VALUE:-value}'],
    ['${UNDEFINED_KEY:-$${UNDEFINED_KEY}}', '${UNDEFINED_KEY:-${UNDEFINED_KEY}}'],
    ['${VALUE_WITH_ESCAPE}', 'value$$'],
    ['a $$ b', 'a $ b'],
    ['a $ b', 'a $ b'],
    ['${}', '${}'],
    ['${STRING_VALUE', '${STRING_VALUE'],
    ['${toString}', ''],
  ])('makes of %s', (text, expected) => {
    expect(substitute(text, VARIABLES)).toBe(expected);
  });

  it.each([
    '${STRING_VALUE:?error}',
    '${1API_KEY}',
    '${API_$KEY}',
    '${sys:a.b}',
    '${ A}',
    '${env:}',
  ])('refuses %s', (text) => {
    expect(() => substitute(text, VARIABLES)).toThrow(InvalidReference);
    expect(hasReference(text)).toBe(true);
  });

  it('says what a reference is', () => {
    expect(['a ${A} b', '$${A}', 'a $ b', '${}'].map(hasReference)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('is fast for texts without an end', () => {
    for (const text of ['${', '${A:-', '$$', '${A']) {
      expect(substitute(text.repeat(100_000), {})).toHaveLength(
        text === '$$' ? 100_000 : text.length * 100_000,
      );
    }
  });
});

describe('resolvePlainScalar', () => {
  it.each([
    ['', null],
    ['~', null],
    ['null', null],
    ['true', true],
    ['FALSE', false],
    ['yes', 'yes'],
    ['1', 1],
    ['-07', -7],
    ['0xdeadbeef', 3_735_928_559],
    ['0o17', 15],
    ['1.1', 1.1],
    ['.5', 0.5],
    ['1e3', 1000],
    ['-.inf', Number.NEGATIVE_INFINITY],
    ['.nan', Number.NaN],
    ['1_000', '1_000'],
    ['value\nkey:value', 'value\nkey:value'],
  ])('reads %j', (text, expected) => {
    expect(resolvePlainScalar(text)).toEqual(expected);
  });
});
