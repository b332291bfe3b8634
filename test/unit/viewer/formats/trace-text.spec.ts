import { describe, expect, it } from '@jest/globals';
import { dedent } from '../../../../lib/testing/dedent.js';
import { analyse } from '../../../../lib/viewer/analysis/analyse.js';
import { analysisText, traceText } from '../../../../lib/viewer/formats/trace-text.js';
import { recordedException } from '../../../support/recorded-exception.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

const FAILED_ORDER = traceOfLines(
  `
  POST /orders [server failed] @gateway 0-16.2
    POST [client failed] @gateway 2-14.1
      OrdersService.place [failed] @orders 3-13
        PricingService.total @orders 3.5-7
        send [producer] @orders 7-7.1
          process [consumer] @mailer 8-20
        reserve items [failed] @orders 7.1-12.3
          Warehouse.findShelf [failed] @inventory 9.5-10.6`,
  {
    'POST /orders': {
      attributes: { 'http.response.status_code': 502 },
      ...recordedException('HttpException', 'Bad gateway'),
    },
    'reserve items': recordedException('OfflineError', 'The warehouse does not answer'),
    'Warehouse.findShelf': recordedException(
      'OfflineError',
      'The warehouse does not answer',
      'Warehouse.findShelf (/app/src/warehouse.ts:31:7)',
    ),
  },
);

describe('traceText', () => {
  it('shows what a trace is, why it went as it did, and its tree', () => {
    const text = traceText(FAILED_ORDER, { width: 100 }).join('\n');
    expect(text).toBe(
      dedent`
        trace aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  POST /orders 502  4 services, 8 spans, 16.2 ms, 5 failed
        ✗ It began in inventory, Warehouse.findShelf (warehouse.ts:31): OfflineError: The warehouse does not answer

                                                          total       path
        POST /orders [server] 502 ✗        gateway      16.2 ms     4.1 ms  ▓▓▓████████████████████▓▓▓
        ✗ HttpException: Bad gateway
        └─ POST [client] ✗                 gateway      12.1 ms     2.1 ms     ▓▓████████████████▓▓
           └─ OrdersService.place ✗        orders       10.0 ms     1.2 ms       ▓██████████████▓
              ├─ PricingService.total      orders        3.5 ms     3.5 ms        ▓▓▓▓▓
              ├─ send [producer]           orders        100 µs     100 µs             ▓
              │  └─ process [consumer]     mailer       12.0 ms                          ░░░░░░░░░░░░░░░░░░░
              └─ reserve items ✗           orders        5.2 ms     4.1 ms             ▓▓▓▓██▓▓▓
                 └─ Warehouse.findShelf ✗  inventory     1.1 ms     1.1 ms                 ▓▓
                    ✗ OfflineError: The warehouse does not answer (warehouse.ts:31)`,
    );
  });

  it('lists findings with their mark', () => {
    const findings = () => [
      {
        kind: 'retried',
        text: 'SELECT was tried twice',
        how: '',
        rows: [0],
        pathNanos: 0,
      } as const,
    ];
    expect(traceText(traceOfLines('A 0-1'), { findings })[1]).toBe('⚠ SELECT was tried twice');
  });

  it('shows attributes on demand', () => {
    const attributesOf = (row: number) => (row === 1 ? { b: 'x y', a: 1 } : undefined);
    const lines = traceText(traceOfLines('A 0-2\n  B 0-1'), { attributesOf });
    expect(lines.at(-1)).toBe('   a=1 b="x y"');
    expect(lines).toHaveLength(7);
  });

  it('uses colours on demand', () => {
    const lines = traceText(FAILED_ORDER, { colors: true });
    expect(lines[1]?.startsWith('\u001b[31m✗ It began')).toBe(true);
    expect(traceText(FAILED_ORDER).join('')).not.toContain('\u001b');
  });

  it('counts what it leaves out', () => {
    const lines = traceText(traceOfLines('A 0-9\n  B 0-1\n  C 1-2\n  D 2-3'), { maxLines: 2 });
    expect(lines.at(-1)).toBe('… 2 more spans');
    const many = Array.from({ length: 30 }, () => '  B 0-1\n    C 0-1').join('\n');
    expect(traceText(traceOfLines(`A 0-9\n${many}`)).at(-1)).toBe(
      '… 30 more spans, some below lines with ×',
    );
  });

  it('says which spans are running', () => {
    const [first] = traceText(traceOfLines('A 0-\n  B 0-1'));
    expect(first).toContain('  A  app, 2 spans, 1.0 ms, 1 running');
  });

  it('prints no control characters of a span', () => {
    const trace = traceOfLines('A\u001b[2J 0-1', {
      'A\u001b[2J': { traceId: '\u001b[31m', statusMessage: '\u001b]0;x' },
    });
    expect(traceText(trace).join('')).not.toContain('\u001b');
  });

  it('is empty for a trace without spans', () => {
    expect(traceText(traceOfLines(''))).toEqual([]);
  });

  it('is short and quick for 100,000 spans', () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, i) => `  B${i} [client] ${i / 10}-${i / 10 + 0.05}`,
    );
    const analysis = analyse(traceOfLines(`A 0-10000\n${lines.join('\n')}`));
    const startMillis = performance.now();
    const text = analysisText(analysis);
    expect(text).toHaveLength(505);
    expect(performance.now() - startMillis).toBeLessThan(10_000);
  });
});
