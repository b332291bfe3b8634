import { describe, expect, it } from '@jest/globals';
import { paintNothing } from '../../../../lib/terminal-text.js';
import { analyse } from '../../../../lib/viewer/analysis/analyse.js';
import { TreeDrawing } from '../../../../lib/viewer/formats/tree-drawing.js';
import { treeLines } from '../../../../lib/viewer/formats/tree-lines.js';
import { recordedException } from '../../../support/recorded-exception.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

function drawn(text: string, extras = {}, width = 80): string[] {
  const analysis = analyse(traceOfLines(text, extras));
  const lines = treeLines(analysis.tree, 100);
  const drawing = new TreeDrawing(analysis, lines, paintNothing, { width });
  return [drawing.columnHeads(), ...lines.flatMap((line) => drawing.textOf(line))];
}

describe('TreeDrawing', () => {
  it('has a column for services only if there are several', () => {
    expect(drawn('A 0-9\n  B 0-1').join('')).not.toContain('app');
    expect(drawn('A 0-9\n  B @b 0-1')[2]).toContain('  b  ');
  });

  it('keeps to the width, whatever the names are', () => {
    const name = 'x'.repeat(300);
    const lines = drawn(`${name} @${name} 0-9\n  ${name} @b 0-1`);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines[1]).toContain('…');
  });

  it('marks where the trace waited, where it waited below, and what ran beside', () => {
    const bars = drawn('A 0-10\n  B 5-10\n  C 5-9')
      .slice(1)
      .map((line) => line.replace(/^.* ms {2}/, ''));
    const half = (bars[0] as string).length / 2;
    expect(bars[0]).toBe('▓'.repeat(half) + '█'.repeat(half));
    expect(bars[1]?.trim()).toBe('▓'.repeat(half));
    expect(bars[2]?.trim()).toMatch(/^░+$/);
  });

  it('shows a span of no duration, also at the end', () => {
    for (const line of drawn('A 0-10\n  B 10-10\n  C 0-0').slice(1)) expect(line).toMatch(/[▓█░]$/);
    expect(drawn('A 0-0')[1]).toMatch(/░$/);
  });

  it('says an error once, where it came from', () => {
    const error = recordedException('E', 'no');
    const lines = drawn('A [failed] 0-9\n  B [failed] 0-8\n    C [failed] 0-7', {
      A: recordedException('Other', 'bad'),
      B: error,
      C: error,
    });
    expect(lines.map((line) => line.trim()).filter((line) => line.startsWith('✗'))).toEqual([
      '✗ Other: bad',
      '✗ E: no',
    ]);
  });

  it('does not repeat a message without the type of its error', () => {
    const lines = drawn('A [failed] 0-9\n  B [failed] 0-8', {
      A: { statusMessage: 'no' },
      B: recordedException('E', 'no'),
    });
    expect(lines.map((line) => line.trim()).filter((line) => line.startsWith('✗'))).toEqual([
      '✗ E: no',
    ]);
  });

  it('does not repeat the status of a call as its error', () => {
    const attributes = { 'http.response.status_code': 502, 'error.type': '502' };
    const lines = drawn('A [server failed] 0-9', { A: { attributes } });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('A [server] 502 ✗');
  });

  it('counts links, and names running spans', () => {
    const link = { traceId: 'b'.repeat(32), spanId: '00000000000000ff' };
    const lines = drawn('A 0-9\n  B 0-', { A: { links: [link, link] } });
    expect(lines[1]).toContain('A (2 links)');
    expect(lines[2]).toContain('B (running)');
  });

  it('adds up siblings that share a line', () => {
    const siblings = Array.from({ length: 25 }, (_, i) => `  B [client] ${i}-${i + 1}`).join('\n');
    expect(drawn(`A 0-25\n${siblings}`, {}, 100)[2]).toMatch(
      /^└─ 25 × B \[client\] {2}1\.0 ms – 1\.0 ms +25\.0 ms +25\.0 ms +▓+$/,
    );
  });
});
