import { describe, expect, it } from '@jest/globals';
import { writeOtlpJson } from '../../../../../lib/viewer/formats/write-otlp-json.js';
import { readSpanDetails } from '../../../../../lib/viewer/page/trace/span-loader.js';
import { spansOfLines } from '../../../../support/trace-of-lines.js';

const spans = spansOfLines('call [client] 0-10\nwork [server] 1-9');
const shared = spans.map((span) => ({ ...span, spanId: '00000000000000aa' }));

describe('readSpanDetails', () => {
  it('reads the span of the kind, of two that share an id', () => {
    const text = writeOtlpJson(shared);
    expect(readSpanDetails(text, 2)?.record.name).toBe('work');
    expect(readSpanDetails(text, 3)?.record.name).toBe('call');
    expect(readSpanDetails(text, 5)?.record.name).toBe('call');
  });

  it('has the JSON on several lines', () => {
    expect(readSpanDetails(writeOtlpJson(shared), 2)?.json).toContain('\n  "resourceSpans"');
  });
});
