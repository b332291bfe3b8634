import { afterEach } from '@jest/globals';

/**
 * Closes what a test has opened when it is over, the last one first.
 *
 * @returns a function that takes what is to be called
 */
export function closingAfterEach(): (close: () => unknown) => void {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  return (close) => closing.push(close);
}
