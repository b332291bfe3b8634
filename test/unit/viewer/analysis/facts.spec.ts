import { describe, expect, it } from '@jest/globals';
import {
  FACT_COUNT,
  FACT_KEYS,
  Fact,
  FactColumns,
  isTextFact,
  NO_FACT,
} from '../../../../lib/viewer/analysis/facts.js';

describe('facts', () => {
  it('are numbered without a gap', () => {
    expect(Object.values(Fact).sort((a, b) => a - b)).toEqual(
      Array.from({ length: FACT_COUNT }, (_, i) => i),
    );
  });

  it.each([
    ['http.response.status_code', Fact.HTTP_STATUS, 0],
    ['http.status_code', Fact.HTTP_STATUS, 1],
    ['db.statement', Fact.DB_TEXT, 1],
    ['peer.service', Fact.PEER_SERVICE, 1],
  ])('come from %s', (key, fact, rank) => {
    expect(FACT_KEYS.get(key)).toEqual({ fact, rank });
  });

  it('are texts but for counts, ports, lines and statuses', () => {
    expect(isTextFact(Fact.DB_TEXT)).toBe(true);
    expect(isTextFact(Fact.HTTP_STATUS)).toBe(false);
  });
});

describe('FactColumns', () => {
  const columns = new FactColumns(
    Uint32Array.of(0, 2, 2, 3),
    Uint8Array.of(Fact.HTTP_METHOD, Fact.HTTP_STATUS, Fact.HTTP_METHOD),
    Uint32Array.of(4, 200, 5),
  );

  it('finds the facts of a row, and no others', () => {
    expect(columns.valueOf(0, Fact.HTTP_STATUS)).toBe(200);
    expect(columns.valueOf(1, Fact.HTTP_METHOD)).toBe(NO_FACT);
    expect(columns.valueOf(2, Fact.HTTP_METHOD)).toBe(5);
    expect(columns.valueOf(3, Fact.HTTP_METHOD)).toBe(NO_FACT);
  });
});
