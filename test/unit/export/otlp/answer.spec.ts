import { describe, expect, it } from '@jest/globals';
import { OTLP_USER_AGENT, readOtlpAnswer } from '../../../../lib/export/otlp/answer.js';
import { VERSION } from '../../../../lib/version.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';

function read(text: string, contentType: string | undefined = 'application/json') {
  const diagnostics = new ReadDiagnostics();
  const partial = readOtlpAnswer(
    { body: Buffer.from(text), contentType },
    'application/x-protobuf',
    diagnostics,
  );
  return { partial, lines: diagnostics.lines };
}

describe('readOtlpAnswer', () => {
  it.each(['', '{}'])('says nothing of plain success: %j', (text) => {
    expect(read(text)).toEqual({ partial: undefined, lines: [] });
  });

  it('tells of a warning', () => {
    const { partial, lines } = read('{"partialSuccess":{"errorMessage":"odd clock"}}');
    expect(partial).toEqual({ rejectedSpanCount: 0, errorMessage: 'odd clock' });
    expect(lines).toEqual(['The OTLP server took a batch with a warning: odd clock']);
  });

  it('tells how many spans were rejected, and why as far as it is known', () => {
    expect(read('{"partialSuccess":{"rejectedSpans":"2"}}')).toEqual({
      partial: { rejectedSpanCount: 2, errorMessage: '' },
      lines: ['The OTLP server rejected spans of a batch: 2 of them, no reason given'],
    });
  });

  it('takes a body that is none of OTLP for success, and says so', () => {
    const { partial, lines } = read('<html>', 'text/html');
    expect(partial).toBeUndefined();
    expect(lines).toEqual([
      expect.stringMatching(/its answer is none of OTLP: is the URL that of a collector\?: /),
    ]);
  });
});

describe('OTLP_USER_AGENT', () => {
  it('names us before the kind of exporter', () => {
    expect(OTLP_USER_AGENT).toBe(
      `nestjs-traced/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`,
    );
  });
});
