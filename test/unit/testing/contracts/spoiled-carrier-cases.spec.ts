import { describe, expect, it } from '@jest/globals';
import { Demand } from '../../../../lib/testing/contracts/demand.js';
import {
  spoiledCarrierCases,
  textOf,
} from '../../../../lib/testing/contracts/spoiled-carrier-cases.js';
import { PlainPropagator } from './plain-propagator.js';

const demand = new Demand('PlainPropagator', 'reads', 'propagators.md');

describe('spoiledCarrierCases', () => {
  it('feed as many carriers as the subject wants, with all fields that are read', async () => {
    const seen: string[] = [];
    const propagator = new PlainPropagator();
    propagator.read = (carrier) => {
      seen.push(Object.keys(carrier as object).join());
      return '';
    };
    const subject = { name: 'PlainPropagator', create: () => propagator, otherFields: ['old-ids'] };
    for (const { run } of spoiledCarrierCases(subject, 7)) await run(demand);
    // Two fields of each carrier are read, in four cases.
    expect(seen).toEqual(Array(2 * 7 * 4).fill('plain-ids,plain-baggage,old-ids'));
  });

  it('have time for as many carriers', () => {
    const subject = { name: 'PlainPropagator', create: () => new PlainPropagator() };
    const times = spoiledCarrierCases(subject, 1_000_000).map(({ timeoutMillis }) => timeoutMillis);
    expect(times).toEqual(Array(4).fill(1_005_000));
  });

  it('name the carrier that makes the propagator fail', () => {
    const propagator = new PlainPropagator();
    propagator.read = () => {
      throw new Error('no');
    };
    const subject = { name: 'PlainPropagator', create: () => propagator };
    const [never] = spoiledCarrierCases(subject, 2);
    expect(() => never?.run(demand)).toThrow(/threw Error: no, for carrier 0, \{"plain-ids":/);
  });
});

describe('textOf', () => {
  it('shows functions and symbols', () => {
    expect(textOf({ a: Symbol('s'), b: 1 })).toBe('{"a":"Symbol(s)","b":1}');
  });
});
