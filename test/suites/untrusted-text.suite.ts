import { describe, expect, it } from '@jest/globals';

/** A parser of text that anybody can send. */
export interface UntrustedTextParser {
  readonly name: string;
  /** Parses the text; what it returns does not matter. Must not throw. */
  readonly parse: (text: string) => unknown;
  /** What valid texts begin with, to get the parser past its first check. @default none */
  readonly heads?: readonly string[];
  /** The most characters that one text makes it look at; undefined if it reads the text to its end. */
  readonly maxWork?: number;
}

/** Units that attackers repeat: separators, half tokens, escapes, white space, digits, other scripts. */
export const HOSTILE_UNITS = [
  'a',
  '0',
  'f',
  ' ',
  ' \t',
  ',',
  ';',
  '=',
  '&',
  '"',
  '[',
  '/*',
  ':',
  '-',
  '%',
  '%zz',
  '%ff',
  'a,',
  'a=%,',
  'a=b,',
  'a=b;c,',
  'th:;',
  'Root=;',
  '"\\',
  '\u0000',
  'é',
  '💥',
] as const;

const SMALL = 16 * 1024;
const MEDIUM = 128 * 1024;
const LARGE = 1024 * 1024;
/** For each character of the text, in all passes over it. */
const MAX_WORK_FOR_EACH_CHARACTER = 24;
/** What parsing takes before the first character. */
const BASE_WORK = 4096;

/** How much longer a text of eight times the length may take: linear work takes 8 times as long, quadratic 64. */
const MAX_TIME_GROWTH = 32;
/** Below this time, in milliseconds, the clock and the garbage collector decide. */
const LEAST_TIME_MILLIS = 1;

/**
 * Feeds a parser 16 kB and 1 MB of each hostile unit and counts the characters that it makes the
 * engine look at. What regular expressions look at again when they backtrack cannot be counted, so the
 * growth of the time between two sizes is compared first; no time as such is.
 */
export function untrustedTextSuite(parser: UntrustedTextParser): void {
  describe(`${parser.name}, as every parser of untrusted text,`, () => {
    const heads = ['', ...(parser.heads ?? [])];

    it.each(HOSTILE_UNITS.map((unit) => [unit]))('does bounded work for repeated %j', (unit) => {
      for (const head of heads) {
        expect(timeGrowthOf(parser, head, unit)).toBeLessThanOrEqual(MAX_TIME_GROWTH);
        const small = workOf(parser, textOf(head, unit, SMALL));
        const large = workOf(parser, textOf(head, unit, LARGE));
        const limit = parser.maxWork ?? MAX_WORK_FOR_EACH_CHARACTER;
        if (parser.maxWork === undefined) {
          expect(small).toBeLessThanOrEqual(BASE_WORK + limit * SMALL);
          expect(large).toBeLessThanOrEqual(BASE_WORK + limit * LARGE);
        } else {
          expect(Math.max(small, large)).toBeLessThanOrEqual(limit);
        }
      }
    });
  });
}

function textOf(head: string, unit: string, length: number): string {
  return head + unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** The growth of the time for a text of eight times the length. Measured again if it is large by chance. */
function timeGrowthOf(parser: UntrustedTextParser, head: string, unit: string): number {
  let growth = 0;
  for (let round = 0; round < 3; round++) {
    const short = timeOf(parser, textOf(head, unit, SMALL));
    const long = timeOf(parser, textOf(head, unit, MEDIUM));
    growth = long / Math.max(short, LEAST_TIME_MILLIS);
    if (growth <= MAX_TIME_GROWTH) break;
  }
  return growth;
}

/** In milliseconds, of the processor: other programs must not count. */
function timeOf({ parse }: UntrustedTextParser, text: string): number {
  const start = process.cpuUsage();
  parse(text);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/**
 * The characters that parsing makes methods of strings, regular expressions and buffers look at. A
 * regular expression is charged once for its whole text.
 */
function workOf({ parse }: UntrustedTextParser, text: string): number {
  let work = 0;
  const restores: (() => void)[] = [];
  const replace = (owner: object, name: string, toCounting: (original: Method) => Method): void => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor;
    const value = toCounting(descriptor.value as Method);
    Object.defineProperty(owner, name, { ...descriptor, value });
    restores.push(() => Object.defineProperty(owner, name, descriptor));
  };
  for (const name of ONE_CHARACTER) {
    replace(String.prototype, name, (original) => {
      return function (this: unknown, first: unknown, second: unknown): unknown {
        work++;
        return original.call(this, first, second);
      };
    });
  }
  const replaceAll = (owner: object, costs: Readonly<Record<string, Cost>>): void => {
    for (const [name, costOf] of Object.entries(costs)) {
      replace(owner, name, (original) => {
        return function (this: unknown, ...args: unknown[]): unknown {
          const result = original.apply(this, args);
          work += costOf(String(this).length, args, result);
          return result;
        };
      });
    }
  };
  replaceAll(String.prototype, STRING_COSTS);
  replaceAll(RegExp.prototype, { exec: textCost, test: textCost });
  replaceAll(globalThis, { decodeURIComponent: textCost });
  replaceAll(Buffer, { byteLength: textCost });
  try {
    parse(text);
  } finally {
    for (const restore of restores.reverse()) restore();
  }
  return work;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Cost = (length: number, args: readonly unknown[], result: unknown) => number;

const ONE_CHARACTER = ['charCodeAt', 'charAt', 'codePointAt', 'at', 'startsWith', 'endsWith'];

const whole: Cost = (length) => length;
const resulting: Cost = (_length, _args, result) => String(result).length;
const textCost: Cost = (_length, [text]) => String(text).length;
/** From where it starts to where it finds something, else to the end. */
const scanned: Cost = (length, [_searched, from], result) => {
  const start = typeof from === 'number' ? from : 0;
  return Math.max(1, (Number(result) < 0 ? length : Number(result) + 1) - start);
};

const STRING_COSTS: Readonly<Record<string, Cost>> = {
  indexOf: scanned,
  lastIndexOf: whole,
  includes: whole,
  slice: resulting,
  substring: resulting,
  split: whole,
  trim: whole,
  trimStart: whole,
  trimEnd: whole,
  toLowerCase: whole,
  toUpperCase: whole,
  padStart: resulting,
  padEnd: resulting,
  replace: whole,
  replaceAll: whole,
  match: whole,
};
