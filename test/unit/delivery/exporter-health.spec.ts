import { describe, expect, it } from '@jest/globals';
import { HealthRecord } from '../../../lib/delivery/exporter-health.js';

describe('HealthRecord', () => {
  it('says since when nothing is delivered, and when that is over', () => {
    let now = 1000;
    const record = new HealthRecord('OtlpSpanExporter', () => now);
    const untouched = { exporter: 'OtlpSpanExporter', isFailing: false };
    const nothing = { failingSince: undefined, lastDelivered: undefined, lastError: undefined };
    expect(record.health).toEqual({ ...untouched, ...nothing });

    record.settled(5, 0, undefined);
    expect(record.health).toMatchObject({ isFailing: false, lastDelivered: 1000 });

    now = 2000;
    record.settled(0, 5, new Error('refused'));
    now = 3000;
    record.settled(0, 5, new Error('refused again'));
    expect(record.health).toEqual({
      exporter: 'OtlpSpanExporter',
      isFailing: true,
      failingSince: 2000,
      lastDelivered: 1000,
      lastError: { message: 'refused again', time: 3000 },
    });

    now = 4000;
    record.settled(1, 0, undefined);
    expect(record.health).toMatchObject({
      isFailing: false,
      failingSince: undefined,
      lastDelivered: 4000,
      lastError: { message: 'refused again', time: 3000 },
    });
  });

  it('takes a partial success for one, and keeps what was said of the rest', () => {
    const record = new HealthRecord('OtlpSpanExporter', () => 7);
    record.settled(3, 2, new Error('two too old'));
    expect(record.health).toMatchObject({
      isFailing: false,
      lastDelivered: 7,
      lastError: { message: 'two too old', time: 7 },
    });
  });
});
