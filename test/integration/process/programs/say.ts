import { writeSync } from 'node:fs';

/** Tells the test something, at once: also while the process ends. */
export function say(message: object): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

/** What the test says to the program. */
export function told(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`The variable ${name} must be set.`);
  return value;
}
