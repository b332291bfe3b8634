type Method = (this: string, ...values: never[]) => unknown;

/** The number of characters that a call of a method reads, by its result. */
const COSTS: Readonly<
  Record<string, (text: string, result: unknown, values: unknown[]) => number>
> = {
  at: () => 1,
  charAt: () => 1,
  codePointAt: () => 1,
  slice: (_, result) => (result as string).length,
  substring: (_, result) => (result as string).length,
  indexOf: (text, result, [, from]) => distance(text, result as number, Number(from ?? 0)),
  lastIndexOf: (text, result) =>
    (result as number) < 0 ? text.length : text.length - (result as number),
  includes: (text, result) => (result === true ? 1 : text.length),
};
/** Methods that read the whole text. */
const WHOLE = [
  'match',
  'matchAll',
  'replace',
  'replaceAll',
  'search',
  'split',
  'toLowerCase',
  'toUpperCase',
  'trim',
];

function distance(text: string, found: number, from: number): number {
  return (found < 0 ? text.length : found) - from + 1;
}

/**
 * Counts the characters that a synchronous function reads through methods of strings and regular
 * expressions: a measure of its work that does not depend on the machine. Index access, `text[0]`, is not
 * counted.
 */
export function countCharacters(work: () => void): number {
  let count = 0;
  const prototype = String.prototype as unknown as Record<string, Method>;
  const originals = new Map<string, Method>();
  const put = (
    name: string,
    cost: (text: string, result: unknown, values: unknown[]) => number,
  ): void => {
    const original = prototype[name] as Method;
    originals.set(name, original);
    prototype[name] = function (...values) {
      const result = Reflect.apply(original, this, values);
      count += cost(this, result, values);
      return result;
    };
  };
  const exec = RegExp.prototype.exec;
  const charCodeAt = String.prototype.charCodeAt;
  try {
    // Called for each character, so it must be fast.
    String.prototype.charCodeAt = function (index) {
      count++;
      return charCodeAt.call(this, index);
    };
    for (const [name, cost] of Object.entries(COSTS)) put(name, cost);
    for (const name of WHOLE) put(name, (text) => text.length);
    RegExp.prototype.exec = function (text) {
      count += text.length;
      return Reflect.apply(exec, this, [text]);
    };
    work();
    return count;
  } finally {
    RegExp.prototype.exec = exec;
    String.prototype.charCodeAt = charCodeAt;
    for (const [name, original] of originals) prototype[name] = original;
  }
}
