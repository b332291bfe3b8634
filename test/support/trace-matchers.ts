import { expect } from '@jest/globals';
import { type TraceMatchers, traceMatchers } from '../../lib/testing/index.js';

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends TraceMatchers<R> {}
}

expect.extend(traceMatchers);

/** The message of an assertion that must fail, without colors and without the places of spans. */
export async function failureOf(assertion: () => unknown): Promise<string> {
  try {
    await assertion();
  } catch (error) {
    return plainText((error as Error).message);
  }
  throw new Error('The assertion did not fail.');
}

/** A message without colors; `at FILE` stands for the place where a span was started. */
export function plainText(message: string): string {
  return (
    message
      // biome-ignore lint/suspicious/noControlCharactersInRegex: It is how terminals mark colors.
      .replace(/\u001b\[\d+m/g, '')
      .replace(/started at .*?([\w-]+\.(?:spec\.)?[cm]?[jt]s):\d+:\d+\)?/g, 'started at $1')
  );
}
