import { describe, expect, it } from '@jest/globals';
import { DeliveryLog } from '../../../lib/delivery/delivery-log.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';

function create(): { log: DeliveryLog; lines: string[] } {
  const diagnostics = new ReadDiagnostics();
  return { log: new DeliveryLog('Exporter', diagnostics), lines: diagnostics.lines };
}

const FAILS = (what: string, why: string): string =>
  `Exporter could not deliver ${what}: ${why}. Further failures are counted, and said when it works again.`;

describe('DeliveryLog', () => {
  it('says when deliveries begin to fail, and when they work again, but nothing in between', () => {
    const { log, lines } = create();
    log.succeeded();
    for (let i = 0; i < 20; i++) log.failed(512, new Error('refused'));
    expect(lines).toEqual([FAILS('512 spans', 'refused')]);
    log.succeeded();
    log.succeeded();
    expect(lines.slice(1)).toEqual(['Exporter delivers again; 10240 spans were lost.']);
  });

  it('counts anew for the next trouble', () => {
    const { log, lines } = create();
    log.failed(5, new Error('one'));
    log.succeeded();
    log.failed(1, new Error('two'));
    log.succeeded();
    log.succeeded();
    expect(lines.slice(2)).toEqual([
      FAILS('1 span', 'two'),
      'Exporter delivers again; 1 span was lost.',
    ]);
  });

  it('says ever less of a trouble that comes and goes', () => {
    const { log, lines } = create();
    for (let i = 0; i < 1000; i++) {
      log.failed(1, new Error('now and then'));
      log.succeeded();
    }
    expect(lines).toHaveLength(3);
  });

  it('trusts again after a long time without trouble', () => {
    const { log, lines } = create();
    for (let episode = 0; episode < 3; episode++) {
      log.failed(1, new Error('off'));
      for (let i = 0; i < 200; i++) log.succeeded();
    }
    log.failed(1, new Error('off'));
    log.succeeded();
    expect(lines).toHaveLength(8);
  });

  it('says when spans begin to be dropped, and when an export went by without any', () => {
    const { log, lines } = create();
    log.dropped('the queue is full');
    log.dropped('the queue is full');
    log.afterExport();
    log.dropped('the queue is full');
    log.afterExport();
    expect(lines).toEqual([
      'Spans for Exporter are dropped: the queue is full. They are counted, and said when it is over.',
    ]);
    log.afterExport();
    log.afterExport();
    expect(lines.slice(1)).toEqual(['Spans for Exporter are dropped no more; 3 spans were lost.']);
  });

  it('says at the end what it had not said yet', () => {
    const { log, lines } = create();
    log.failed(3, undefined);
    log.failed(4, undefined);
    log.dropped('the queue is full');
    log.close();
    expect(lines.slice(2)).toEqual([
      'Exporter is shut down; 7 spans were lost.',
      'Spans for Exporter are dropped no more; 1 span was lost.',
    ]);
    log.close();
    expect(lines).toHaveLength(4);
  });

  it('says nothing at the end if all went well', () => {
    const { log, lines } = create();
    log.succeeded();
    log.afterExport();
    log.close();
    expect(lines).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['no error', undefined, 'no reason given'],
    ['an error without a message', new TypeError(), 'TypeError'],
    ['a text', 'oops', 'oops'],
    ['an object that cannot be printed', Object.create(null), 'no reason that could be read'],
  ])('describes %s', (_, error, words) => {
    const { log, lines } = create();
    log.failed(1, error);
    expect(lines).toEqual([FAILS('1 span', words)]);
  });
});
