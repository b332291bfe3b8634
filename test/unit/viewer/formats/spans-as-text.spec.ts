import { describe, expect, it } from '@jest/globals';
import { spansAsText } from '../../../../lib/viewer/formats/spans-as-text.js';
import { inARow } from '../../../support/findings-of-lines.js';
import { spansOfLines } from '../../../support/trace-of-lines.js';

describe('spansAsText', () => {
  const spans = spansOfLines(`GET 0-10\n${inARow(6, '  ', 'SELECT')}`, {
    SELECT: { attributes: { 'db.system.name': 'pg' } },
  });
  const other = spansOfLines('POST 0-1').map((span) => ({ ...span, traceId: 'b'.repeat(32) }));

  it('shows each trace with its sentences and findings', () => {
    const lines = spansAsText([...other, ...spans]);
    expect(lines[0]).toContain('POST');
    expect(lines[lines.indexOf('', 4) + 1]).toContain('trace aaaa');
    expect(lines).toContain(
      '⚠ 6 × SELECT in app, one after another below GET in app: 6.0 of 10.0 ms',
    );
  });

  it('shows attributes on demand', () => {
    expect(spansAsText(spans).join('\n')).not.toContain('db.system.name');
    expect(spansAsText(spans, { attributes: true }).join('\n')).toContain('db.system.name=pg');
  });

  it('takes the options of the text', () => {
    expect(spansAsText(spans, { maxLines: 2 }).at(-1)).toBe('… 5 more spans');
    expect(spansAsText(spans, { colors: true }).join('')).toContain('\u001b[');
  });

  it('is empty without spans', () => expect(spansAsText([])).toEqual([]));
});
