import { describe, expect, it } from '@jest/globals';
import { renderTrace } from '../../../../lib/export/console/render-trace.js';
import type { TraceRecord } from '../../../../lib/export/index.js';
import { record } from './trace-records.js';

const TRACE: TraceRecord[] = [
  record('GET /orders/:id', 0, 40, { service: 'orders' }),
  record('GET /orders/:id > place', 0, 30, { service: 'orders' }),
  record('place > POST', 10, 20, { service: 'orders' }),
  record('POST > reserve', 15, 10, {
    service: 'stock',
    status: 'error',
    error: 'OutOfStockError: nothing\nis left',
  }),
  record('reserve > SELECT', 16, 0.3, { service: 'stock' }),
  record('GET /orders/:id > notify', 38, 2, { service: 'orders' }),
];

describe('renderTrace', () => {
  it('draws a trace of several services', () => {
    expect(renderTrace(TRACE, { width: 80 }).join('\n')).toBe(
      `
trace 0af7651916cd43dd8448eb211c80319c  2 services, 6 spans, 40.0 ms, 1 failed
GET /orders/:id     orders    40.0 ms  █████████████████████████████████████████
├─ place            orders    30.0 ms  ███████████████████████████████
│  └─ POST          orders    20.0 ms            █████████████████████
│     └─ reserve    stock     10.0 ms                 ██████████
│        ✗ OutOfStockError: nothing is left
│        └─ SELECT  stock      300 µs                  ▏
└─ notify           orders     2.0 ms                                         ██
`.trim(),
    );
  });

  it('draws a trace of one service without naming it on each line', () => {
    const records = TRACE.slice(0, 2);
    expect(renderTrace(records, { width: 60 })).toEqual([
      'trace 0af7651916cd43dd8448eb211c80319c  orders, 2 spans, 40.0 ms',
      'GET /orders/:id    40.0 ms  ████████████████████████████████',
      '└─ place           30.0 ms  ████████████████████████',
    ]);
  });

  it('shows a note behind the name', () => {
    expect(
      renderTrace([record('GET', 0, 1, { note: '404 /cats\u001b[2J' })], { width: 60 })[1],
    ).toBe(`GET  404 /cats [2J     1.0 ms  ${'█'.repeat(29)}`);
  });

  it('draws a trace whose service is not known', () => {
    expect(renderTrace([record('a', 0, 1)], { width: 60 })).toEqual([
      'trace 0af7651916cd43dd8448eb211c80319c  1 span, 1.0 ms',
      `a     1.0 ms  ${'█'.repeat(46)}`,
    ]);
  });

  it('says a remark in the heading', () => {
    expect(renderTrace([record('a', 0, 1)], { remark: 'partial' })[0]).toMatch(/, partial$/);
  });

  it.each([40, 60, 61, 100, 200])('is not wider than %i columns, or than 60', (width) => {
    const long = [
      record('n'.repeat(300), 0, 10, { service: 's'.repeat(50) }),
      record(`${'n'.repeat(300)} > child`, 0, 100_000, {
        service: 'other',
        status: 'error',
        error: 'e'.repeat(500),
      }),
    ];
    const [, ...lines] = renderTrace(long, { width });
    expect(Math.max(...lines.map((line) => line.length))).toBe(Math.max(60, width));
  });

  it('shows something of every span, also where all take no time', () => {
    const records = [record('a', 0, 0), record('a > b', 0, 0)];
    expect(renderTrace(records, { width: 60 }).slice(1)).toEqual([
      'a          0 µs  ▏',
      '└─ b       0 µs  ▏',
    ]);
  });

  it('keeps a bar on its axis, whatever the clocks say', () => {
    const records = [
      record('a', 0, 10),
      record('a > later than all', 20, 0.001),
      record('a > longer than all', 5, 15),
    ];
    for (const line of renderTrace(records, { width: 70 })) expect(line.length).toBeLessThan(71);
  });

  it('prints no control characters of a name, a service or an error', () => {
    const evil = '\u001b[2Jgone\r\n\u202e';
    const records = [
      record('a', 0, 1, { service: 'one' }),
      record('a > b', 0, 1, { name: evil, service: evil, status: 'error', error: evil }),
    ];
    expect(renderTrace(records).join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('colours only if it is asked to', () => {
    const text = renderTrace(TRACE, { colors: true }).join('\n');
    expect(text).toContain('\u001b[31mreserve');
    expect(text).toContain('\u001b[1mtrace 0af7651916cd43dd8448eb211c80319c\u001b[0m');
    const plain = text.replace(/\p{Cc}\[\d+m/gu, '');
    expect(plain).toBe(renderTrace(TRACE).join('\n'));
  });

  it('draws a trace that is nested very deeply', () => {
    const records = Array.from({ length: 2000 }, (_, i) => record(`${i - 1} > ${i}`, i, 1));
    const lines = renderTrace(records, { width: 120 });
    expect(lines).toHaveLength(2001);
    expect(Math.max(...lines.map((line) => line.length))).toBe(120);
  });

  it('has no lines for no spans', () => {
    expect(renderTrace([])).toEqual([]);
  });
});
