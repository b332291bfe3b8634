import { describe, expect, it } from '@jest/globals';
import {
  createGovernor,
  createRedactor,
  createSpansInFlight,
} from '../../../lib/assembly/optional-parts.js';
import { Redactor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { TracingConfigError } from '../../../lib/errors.js';

const diagnostics = new Diagnostics({ warn: () => {} });

describe('parts that depend on options', () => {
  it('redact, unless the application says no', () => {
    expect(createRedactor({})).toBeInstanceOf(Redactor);
    expect(createRedactor({ redaction: true })).toBeInstanceOf(Redactor);
    const redactor = createRedactor({ redaction: { keys: ['iban'], replacement: '-' } });
    expect(redactor?.redactAttributes({ 'payment.iban': 'DE1', id: 7 })).toEqual({
      'payment.iban': '-',
      id: 7,
    });
    expect(createRedactor({ redaction: false })).toBeUndefined();
  });

  it('list open spans only where they are asked to', () => {
    expect(createSpansInFlight({}, diagnostics)).toBeUndefined();
    expect(createSpansInFlight({ inFlight: false }, diagnostics)).toBeUndefined();
    expect(createSpansInFlight({ inFlight: true }, diagnostics)?.list()).toEqual([]);
  });

  it('govern only spans of an own pipeline, and check the option in any case', () => {
    expect(createGovernor({}, true, undefined, diagnostics)).toBeUndefined();
    const options = { maxOverheadRatio: 0.1 };
    expect(createGovernor(options, true, undefined, diagnostics)?.maxOverheadRatio).toBe(0.1);
    expect(createGovernor(options, false, undefined, diagnostics)).toBeUndefined();
    expect(() => createGovernor({ maxOverheadRatio: 2 }, false, undefined, diagnostics)).toThrow(
      TracingConfigError,
    );
  });
});
