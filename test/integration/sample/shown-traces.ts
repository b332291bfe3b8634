import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { ROOT } from './repository-copy.js';

const PAGE = join(ROOT, 'sample/README.md');

/**
 * Compares the traces that a sample has drawn with those that `sample/README.md` shows: the first block of text in the
 * section with its name. With `UPDATE_SAMPLES=1`, writes them there instead.
 *
 * @param written what the sample has written, with other lines between the traces
 */
export function expectShown(written: string, name: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const section = page.slice(page.indexOf(`\n## ${name}\n`));
  const [block = '', shown = ''] = /```text\n([\s\S]*?)\n```/.exec(section) ?? [];
  const drawn = drawnTraces(written).join('\n\n');
  if (process.env.UPDATE_SAMPLES) {
    const start = page.length - section.length + section.indexOf(block);
    const end = start + block.length;
    writeFileSync(PAGE, `${page.slice(0, start)}\`\`\`text\n${drawn}\n\`\`\`${page.slice(end)}`);
  } else {
    expect(steady(drawn)).toEqual(steady(shown));
  }
}

/** The drawn traces among all lines: from a heading to an empty line that is not above the columns of a trace. */
function drawnTraces(written: string): string[] {
  const traces = `${written}\n\n`.matchAll(/^trace [0-9a-f]{32} [\s\S]*?(?=\n\n(?! +total))/gm);
  return [...traces].map(([trace]) => trace);
}

/**
 * The traces without what differs between runs: ids, times, bars, widths, what took most of the time, and which of two
 * services ends its part of a trace first.
 */
function steady(traces: string): string[] {
  return drawnTraces(traces)
    .map((trace) => trace.split('\n').filter((line) => !line.startsWith('◷')))
    .map((lines) => lines.map(steadyLine).join('\n'))
    .sort();
}

function steadyLine(line: string): string {
  return line
    .replace(/^trace [0-9a-f]{32}/, 'trace (id)')
    .replace(/, (?:\d+m )?[\d.]+ [mµ]?s\b/, '')
    .replace(/(?: +(?:\d+m )?[\d.]+ [mµ]?s)+ {2}[ ▏▓█░]+$/, '')
    .replace(/^ +total +path$/, 'total path')
    .replace(/ {2,}/g, '  ');
}
