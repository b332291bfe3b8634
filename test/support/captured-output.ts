import { jest } from '@jest/globals';

/** What is written to the standard output and the standard error while it is captured. */
export interface CapturedOutput {
  /** The lines of both, in the order in which they were written. */
  lines(): string[];
  /** The lines, each of which is JSON. */
  records(): Record<string, unknown>[];
  /** Forgets what was written. */
  clear(): void;
  /** Ends the capture. */
  restore(): void;
}

/** Captures what loggers write; nothing of it is shown. */
export function captureOutput(): CapturedOutput {
  let text = '';
  const write = (chunk: unknown): boolean => {
    text += String(chunk);
    return true;
  };
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation(write),
    jest.spyOn(process.stderr, 'write').mockImplementation(write),
  ];
  const lines = (): string[] => text.split('\n').slice(0, -1);
  return {
    lines,
    records: () => lines().map((line) => JSON.parse(line)),
    clear: () => {
      text = '';
    },
    restore: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}
