import { describe, expect, it } from '@jest/globals';
import { ByteArena, ChunkPool } from '../../../../lib/viewer/store/byte-arena.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';

describe('ByteArena', () => {
  it('gives back what it was given, for pieces of any length', () => {
    const arena = new ByteArena(new ChunkPool(8 * 1024 * 1024));
    const random = randomOfSeed(1);
    const lengths = [
      0,
      1,
      2047,
      2048,
      70_000,
      ...Array.from({ length: 500 }, () => random() * 3_000),
    ];
    const pieces = lengths.map((length, index) => Buffer.alloc(Math.floor(length), index));
    const addresses = pieces.map((piece) => arena.add(piece, 0, piece.length));
    pieces.forEach((piece, index) => {
      expect(arena.view(addresses[index] as number, piece.length).equals(piece)).toBe(true);
    });
  });

  it('copies a part of the bytes', () => {
    const arena = new ByteArena(new ChunkPool(8 * 1024 * 1024));
    const source = Buffer.from('abcdef');
    const address = arena.add(source, 2, 4);
    source.fill(0);
    expect(arena.view(address, 2).toString()).toBe('cd');
  });

  it('takes little more memory than the bytes need', () => {
    const arena = new ByteArena(new ChunkPool(8 * 1024 * 1024));
    const piece = Buffer.alloc(400);
    for (let i = 0; i < 10; i++) arena.add(piece, 0, piece.length);
    expect(arena.capacityBytes).toBe(4 * 1024);
    for (let i = 10; i < 10_000; i++) arena.add(piece, 0, piece.length);
    expect(arena.capacityBytes).toBeLessThan(4_000_000 * 1.05);
  });
});

describe('ChunkPool', () => {
  it('gives chunks again, up to a bound, and not those of long pieces', () => {
    const pool = new ChunkPool(8 * 1024 * 1024);
    const arena = new ByteArena(pool);
    const piece = Buffer.alloc(2_000);
    for (let i = 0; i < 10_000; i++) arena.add(piece, 0, piece.length);
    arena.add(Buffer.alloc(100_000), 0, 100_000);
    arena.release();
    expect(pool.idleBytes).toBeGreaterThan(7 * 1024 * 1024);
    expect(pool.idleBytes).toBeLessThanOrEqual(8 * 1024 * 1024);
    const before = pool.idleBytes;
    expect(pool.take(2_048)).toHaveLength(2_048);
    expect(pool.idleBytes).toBe(before - 2_048);
  });
});
