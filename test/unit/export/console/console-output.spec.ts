import { describe, expect, it } from '@jest/globals';
import { ConsoleOutput } from '../../../../lib/export/console/console-output.js';

describe('ConsoleOutput', () => {
  it('is drained when the stream has called back for each text', async () => {
    const callbacks: (() => void)[] = [];
    const output = new ConsoleOutput({ write: (_text, callback) => callbacks.push(callback) });
    const events: string[] = [];
    output.write('a', () => events.push('a'));
    output.write('b', () => events.push('b'));
    const drained = output.drained().then(() => events.push('drained'));
    callbacks[0]?.();
    await Promise.resolve();
    expect(events).toEqual(['a']);
    callbacks[1]?.();
    await drained;
    expect(events).toEqual(['a', 'b', 'drained']);
    await output.drained();
  });

  it('calls back at once for no text, and with what the stream throws', async () => {
    const output = new ConsoleOutput({
      write() {
        throw new Error('closed');
      },
    });
    const errors: unknown[] = [];
    output.write('', (error) => errors.push(error));
    output.write('a', (error) => errors.push(error?.message));
    await output.drained();
    expect(errors).toEqual([undefined, 'closed']);
  });
});
