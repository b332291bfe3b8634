import { describe, expect, it } from '@jest/globals';
import { parseJaegerStrategy } from '../../../../lib/sampling/remote/jaeger-strategy.js';

const parse = (response: unknown) => parseJaegerStrategy(response, 3);
const operations = (given: object) => parse({ operationSampling: given });

describe('parseJaegerStrategy', () => {
  it.each([
    [{ strategyType: 'PROBABILISTIC', probabilisticSampling: { samplingRate: 0.5 } }, 0.5],
    [{ strategyType: 0, probabilisticSampling: { samplingRate: 1 } }, 1],
    [{ probabilisticSampling: { samplingRate: 0.001 } }, 0.001],
    // Zero is left out of the JSON of protocol buffers.
    [{ probabilisticSampling: {} }, 0],
    [{ strategyType: null, probabilisticSampling: {}, operationSampling: null }, 0],
  ])('reads the probability of %j', (response, samplingRate) => {
    expect(parse(response)).toEqual({ type: 'probabilistic', samplingRate });
  });

  it.each([
    [{ strategyType: 'RATE_LIMITING', rateLimitingSampling: { maxTracesPerSecond: 10 } }, 10],
    [{ strategyType: 1, rateLimitingSampling: {} }, 0],
  ])('reads the rate limit of %j', (response, maxTracesPerSecond) => {
    expect(parse(response)).toEqual({ type: 'ratelimiting', maxTracesPerSecond });
  });

  it('reads the probabilities of operations, whatever the type says', () => {
    const response = {
      strategyType: 'PROBABILISTIC',
      probabilisticSampling: { samplingRate: 1 },
      operationSampling: {
        defaultSamplingProbability: 0.1,
        defaultLowerBoundTracesPerSecond: 0.0167,
        defaultUpperBoundTracesPerSecond: 20,
        perOperationStrategies: [
          { operation: 'a', probabilisticSampling: { samplingRate: 0.5 } },
          { operation: '__proto__', probabilisticSampling: {} },
          { operation: 'a', probabilisticSampling: { samplingRate: 0.25 } },
        ],
      },
    };
    expect(parse(response)).toEqual({
      type: 'operations',
      defaultSamplingRate: 0.1,
      lowerBoundTracesPerSecond: 0.0167,
      upperBoundTracesPerSecond: 20,
      samplingRates: new Map([
        ['a', 0.25],
        ['__proto__', 0],
      ]),
    });
  });

  it('reads operations without bounds, and as many as it may', () => {
    const named = (operation: string) => ({ operation, probabilisticSampling: {} });
    expect(operations({})).toEqual({
      type: 'operations',
      defaultSamplingRate: 0,
      lowerBoundTracesPerSecond: 0,
      upperBoundTracesPerSecond: undefined,
      samplingRates: new Map(),
    });
    const strategy = operations({ perOperationStrategies: ['a', 'b', 'c', 'd', 'e'].map(named) });
    expect(strategy).toMatchObject({
      samplingRates: new Map(['a', 'b', 'c'].map((it) => [it, 0])),
    });
  });

  it.each<[unknown, string]>([
    [undefined, 'the response is not an object'],
    [null, 'the response is not an object'],
    ['{}', 'the response is not an object'],
    [[], 'the response is not an object'],
    [{}, 'probabilisticSampling is not an object'],
    [{ strategyType: 'ADAPTIVE' }, 'strategyType is unknown'],
    [{ strategyType: 2, probabilisticSampling: {} }, 'strategyType is unknown'],
    [{ strategyType: 1 }, 'rateLimitingSampling is not an object'],
    [{ probabilisticSampling: { samplingRate: 1.5 } }, 'samplingRate is not a number from 0 to 1'],
    [{ probabilisticSampling: { samplingRate: '1' } }, 'samplingRate is not a number from 0 to 1'],
    [
      { strategyType: 1, rateLimitingSampling: { maxTracesPerSecond: -1 } },
      'maxTracesPerSecond is not a number from 0 to 1000000000',
    ],
    [{ operationSampling: [] }, 'operationSampling is not an object'],
    [
      { operationSampling: { perOperationStrategies: {} } },
      'perOperationStrategies is not an array',
    ],
    [
      { operationSampling: { perOperationStrategies: [null] } },
      'perOperationStrategies is not an object',
    ],
    [
      { operationSampling: { perOperationStrategies: [{ probabilisticSampling: {} }] } },
      'operation is not a string',
    ],
    [
      { operationSampling: { perOperationStrategies: [{ operation: 'a' }] } },
      'probabilisticSampling is not an object',
    ],
    [
      { operationSampling: { defaultSamplingProbability: 2 } },
      'defaultSamplingProbability is not a number from 0 to 1',
    ],
  ])('refuses %j', (response, message) => {
    expect(() => parse(response)).toThrow(new TypeError(message));
  });
});
