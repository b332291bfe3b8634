import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { TracingWarnings } from '../../../lib/testing/index.js';

describe('TracingWarnings', () => {
  it('has the messages of the library, in their order', () => {
    const warnings = new TracingWarnings();
    const diagnostics = new Diagnostics(warnings);
    const before = warnings.messages;
    diagnostics.say('first');
    diagnostics.report('second', new Error('why'));
    expect(warnings.messages).toEqual(['first', 'second: Error: why']);
    expect(before).toEqual([]);
  });
});
