import { describe, expect, it } from '@jest/globals';
import { DeliveryRecord } from '../../../lib/delivery/delivery-record.js';
import { SPAN_WORDS } from '../../../lib/export/exporter.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';

function create(now?: () => number) {
  const diagnostics = new ReadDiagnostics();
  const record = new DeliveryRecord('Exporter', diagnostics, SPAN_WORDS, now);
  return {
    record,
    lines: diagnostics.lines,
    succeed: (deliveredCount = 1): void =>
      record.settled({ deliveredCount, undeliveredCount: 0, error: undefined }),
    fail: (undeliveredCount: number, error: unknown): void =>
      record.settled({ deliveredCount: 0, undeliveredCount, error }),
  };
}

const FAILS = (what: string, reason: string): string =>
  `Exporter could not deliver ${what}: ${reason}. Further failures are counted and summarised on recovery.`;
const RETRIES = (what: string, reason: string): string =>
  `Exporter has not delivered ${what} yet: ${reason}. It tries again. Lost spans are counted and summarised on recovery.`;
const DROPS =
  'Spans for Exporter are dropped: the queue is full. Further dropped spans are counted and summarised when dropping ends.';

describe('the health of a DeliveryRecord', () => {
  it('says since when nothing is delivered, and when that is over', () => {
    let now = 1000;
    const { record, succeed, fail } = create(() => now);
    const untouched = { exporter: 'Exporter', isFailing: false };
    const nothing = { failingSince: undefined, lastDelivered: undefined, lastError: undefined };
    expect(record.health).toEqual({ ...untouched, ...nothing });

    succeed(5);
    expect(record.health).toMatchObject({ isFailing: false, lastDelivered: 1000 });

    now = 2000;
    fail(5, new Error('refused'));
    now = 3000;
    fail(5, new Error('refused again'));
    expect(record.health).toEqual({
      exporter: 'Exporter',
      isFailing: true,
      failingSince: 2000,
      lastDelivered: 1000,
      lastError: { message: 'refused again', time: 3000 },
    });

    now = 4000;
    succeed();
    expect(record.health).toMatchObject({
      isFailing: false,
      failingSince: undefined,
      lastDelivered: 4000,
      lastError: { message: 'refused again', time: 3000 },
    });
  });

  it('does not fail for a partial success, and keeps the reason for the rest', () => {
    const { record, lines } = create(() => 7);
    record.settled({ deliveredCount: 3, undeliveredCount: 2, error: new Error('two too old') });
    expect(record.health).toMatchObject({
      isFailing: false,
      lastDelivered: 7,
      lastError: { message: 'two too old', time: 7 },
    });
    expect(lines).toEqual([]);
  });
});

describe('the log of a DeliveryRecord', () => {
  it('has a line when deliveries begin to fail and one on recovery, and none in between', () => {
    const { lines, succeed, fail } = create();
    succeed();
    for (let i = 0; i < 20; i++) fail(512, new Error('refused'));
    expect(lines).toEqual([FAILS('512 spans', 'refused')]);
    succeed();
    succeed();
    expect(lines.slice(1)).toEqual(['Exporter delivers again; 10240 spans were lost.']);
  });

  it('counts anew for the next failure', () => {
    const { lines, succeed, fail } = create();
    fail(5, new Error('one'));
    succeed();
    fail(1, new Error('two'));
    succeed();
    succeed();
    expect(lines.slice(2)).toEqual([
      FAILS('1 span', 'two'),
      'Exporter delivers again; 1 span was lost.',
    ]);
  });

  it('has ever fewer lines for a failure that comes and goes', () => {
    const { lines, succeed, fail } = create();
    for (let i = 0; i < 1000; i++) {
      fail(1, new Error('now and then'));
      succeed();
    }
    expect(lines).toHaveLength(3);
  });

  it('trusts again after many deliveries in a row', () => {
    const { lines, succeed, fail } = create();
    for (let episode = 0; episode < 3; episode++) {
      fail(1, new Error('off'));
      for (let i = 0; i < 200; i++) succeed();
    }
    fail(1, new Error('off'));
    succeed();
    expect(lines).toHaveLength(8);
  });

  it('has a line when spans begin to be dropped, and one after an export without any', () => {
    const { record, lines, succeed } = create();
    record.dropped('the queue is full');
    record.dropped('the queue is full');
    succeed();
    record.dropped('the queue is full');
    succeed();
    expect(lines).toEqual([DROPS]);
    succeed();
    succeed();
    expect(lines.slice(1)).toEqual([
      'Spans for Exporter are no longer dropped; 3 spans were lost.',
    ]);
  });

  it('does not take a gap between two failures for the end of dropping', () => {
    const { record, lines, succeed, fail } = create();
    record.dropped('the queue is full');
    for (let i = 0; i < 3; i++) fail(1, new Error('off'));
    expect(lines.filter((line) => line.includes('no longer'))).toEqual([]);
    succeed();
    succeed();
    expect(lines.at(-1)).toBe('Spans for Exporter are no longer dropped; 1 span was lost.');
  });

  it('summarises at the end what is not summarised yet, once', () => {
    const { record, lines, fail } = create();
    fail(3, undefined);
    fail(4, undefined);
    record.dropped('the queue is full');
    record.close(0);
    expect(lines.slice(2)).toEqual([
      'Delivery by Exporter has ended; 8 spans were lost. The last failure: no reason given.',
    ]);
    record.close(0);
    expect(lines).toHaveLength(3);
  });

  it('says at the end how many spans were still waiting, and why nothing was delivered', () => {
    const { record, lines, fail } = create();
    record.retrying(2, new Error('refused'));
    fail(2, new Error('refused (after 3 tries)'));
    record.close(40);
    expect(lines.slice(1)).toEqual([
      'Delivery by Exporter has ended; 42 spans were lost, 40 of them because the time for the shutdown was over. ' +
        'The last failure: refused (after 3 tries).',
    ]);
  });

  it('has a line at the end where spans were still waiting and nothing had failed', () => {
    const { record, lines } = create();
    record.close(1);
    expect(lines).toEqual([
      'Delivery by Exporter has ended; 1 span was lost, 1 of them because the time for the shutdown was over.',
    ]);
  });

  it('has a line when an export is tried again, none when it fails, and one when it works', () => {
    const { record, lines, succeed, fail } = create();
    record.retrying(3, new Error('refused'));
    record.retrying(3, new Error('refused (after 2 tries)'));
    fail(3, new Error('refused (after 6 tries)'));
    expect(lines).toEqual([RETRIES('3 spans', 'refused')]);
    expect(record.health).toMatchObject({ lastError: { message: 'refused (after 6 tries)' } });
    succeed();
    expect(lines.slice(1)).toEqual(['Exporter delivers again; 3 spans were lost.']);
  });

  it('says that nothing was lost where a further try delivered the spans', () => {
    const { record, lines, succeed } = create();
    record.retrying(3, new Error('busy'));
    expect(record.health).toMatchObject({ isFailing: false, lastError: { message: 'busy' } });
    succeed();
    expect(lines.slice(1)).toEqual(['Exporter delivers again; no span was lost.']);
  });

  it('has ever fewer lines for tries that fail now and then', () => {
    const { record, lines, succeed } = create();
    for (let i = 0; i < 1000; i++) {
      record.retrying(1, new Error('busy'));
      succeed();
    }
    expect(lines).toHaveLength(3);
  });

  it('stays empty where every span is delivered', () => {
    const { record, lines, succeed } = create();
    succeed();
    record.close(0);
    expect(lines).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['an error', new Error('refused'), 'refused'],
    ['no error', undefined, 'no reason given'],
    ['an error without a message', new TypeError(), 'TypeError'],
    ['a text', 'oops', 'oops'],
    ['null', null, 'null'],
    ['an object that cannot be printed', Object.create(null), 'no reason that could be read'],
  ])('describes %s', (_, error, words) => {
    const { record, lines, fail } = create();
    fail(1, error);
    expect(lines).toEqual([FAILS('1 span', words)]);
    expect(record.health.lastError?.message).toBe(words);
  });
});
