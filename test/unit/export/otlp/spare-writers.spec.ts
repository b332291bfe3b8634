import { describe, expect, it } from '@jest/globals';
import { ProtobufWriter } from '../../../../lib/export/otlp/protobuf-writer.js';
import { SpareWriters } from '../../../../lib/export/otlp/spare-writers.js';

describe('SpareWriters', () => {
  it('gives out a writer again once it is given back, and empty', () => {
    const spares = new SpareWriters();
    const writer = spares.take();
    writer.string(0x0a, 'text');
    expect(spares.take()).not.toBe(writer);
    spares.give(writer);
    expect(spares.take()).toBe(writer);
    expect(writer.position).toBe(0);
  });

  it('keeps no more than a few, and none that is huge', () => {
    const spares = new SpareWriters();
    spares.give(new ProtobufWriter(5 * 1024 * 1024));
    expect(spares.take().bytes.length).toBeLessThan(1024 * 1024);
    const given = Array.from({ length: 20 }, () => new ProtobufWriter(64));
    for (const writer of given) spares.give(writer);
    const taken = Array.from({ length: 20 }, () => spares.take());
    expect(taken.filter((writer) => given.includes(writer))).toHaveLength(2);
  });
});
