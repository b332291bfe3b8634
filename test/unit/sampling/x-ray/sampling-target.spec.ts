import { describe, expect, it } from '@jest/globals';
import { parseTargets } from '../../../../lib/sampling/x-ray/sampling-target.js';

describe('parseTargets', () => {
  it('reads the documents, the time of the last change and what was not processed', () => {
    expect(
      parseTargets({
        LastRuleModification: 1_530_920_505.5,
        SamplingTargetDocuments: [
          {
            FixedRate: 0.1,
            Interval: 10,
            ReservoirQuota: 2,
            ReservoirQuotaTTL: 1_530_923_107,
            RuleName: 'base',
          },
          { RuleName: 'bare' },
        ],
        UnprocessedStatistics: [{ RuleName: 'old', ErrorCode: '404', Message: 'unknown' }],
      }),
    ).toEqual({
      targets: [
        {
          ruleName: 'base',
          fixedRate: 0.1,
          quota: 2,
          quotaEndEpochMillis: 1_530_923_107_000,
          intervalMillis: 10_000,
        },
        {
          ruleName: 'bare',
          fixedRate: undefined,
          quota: undefined,
          quotaEndEpochMillis: undefined,
          intervalMillis: undefined,
        },
      ],
      lastRuleModificationEpochMillis: 1_530_920_505_500,
      unprocessed: new Map([['old', '404']]),
    });
  });

  it('ignores what is invalid in a document', () => {
    const invalid = {
      RuleName: 'a',
      FixedRate: 2,
      Interval: -1,
      ReservoirQuota: 'x',
      ReservoirQuotaTTL: 'never',
    };
    expect(
      parseTargets({
        SamplingTargetDocuments: [invalid, null, 7, { FixedRate: 1 }],
        UnprocessedStatistics: [null, 'x', {}],
        LastRuleModification: {},
      }),
    ).toEqual({
      targets: [{ ruleName: 'a' }],
      unprocessed: new Map(),
      lastRuleModificationEpochMillis: undefined,
    });
  });

  it('reads times as texts too', () => {
    const response = { SamplingTargetDocuments: [], LastRuleModification: '2018-07-07T00:20:06Z' };
    expect(parseTargets(response).lastRuleModificationEpochMillis).toBe(
      Date.UTC(2018, 6, 7, 0, 20, 6),
    );
  });

  it.each([null, undefined, {}, 'x', { SamplingTargetDocuments: 7 }])('refuses %j', (response) => {
    expect(() => parseTargets(response)).toThrow('SamplingTargetDocuments is not an array');
  });
});
