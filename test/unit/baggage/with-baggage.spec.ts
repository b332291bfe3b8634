import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { baggageEntryMetadataFromString, propagation } from '@opentelemetry/api';
import { defer, firstValueFrom, Observable, Subject } from 'rxjs';
import { getAllBaggage, getBaggage } from '../../../lib/baggage/active-baggage.js';
import { type BaggageValues, withBaggage } from '../../../lib/baggage/with-baggage.js';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';

const { tracer, recorder, warnings } = createTestTracing();

afterEach(() => recorder.verify());

describe('withBaggage', () => {
  it('adds entries for a function and what it starts, and for nobody else', async () => {
    const inside = withBaggage({ tenant: 'acme' }, async () => {
      await setImmediate();
      return getBaggage('tenant');
    });
    expect(getBaggage('tenant')).toBeUndefined();
    expect(await inside).toBe('acme');
  });

  it('adds to what is there, replaces and takes away', () => {
    withBaggage({ tenant: 'acme', locale: 'de', debug: '1' }, () => {
      withBaggage({ locale: 'en', debug: undefined, plan: 'free' }, () => {
        expect(getAllBaggage()).toEqual({ tenant: 'acme', locale: 'en', plan: 'free' });
      });
      expect(getAllBaggage()).toEqual({ tenant: 'acme', locale: 'de', debug: '1' });
    });
  });

  it('makes a replaced entry the last one, which propagators prefer', () => {
    withBaggage({ a: '1', b: '2' }, () =>
      withBaggage({ a: '3' }, () => expect(Object.keys(getAllBaggage())).toEqual(['b', 'a'])),
    );
  });

  it('leaves the properties of entries alone that it does not replace', () => {
    const metadata = baggageEntryMetadataFromString('secret');
    const baggage = propagation.createBaggage({
      kept: { value: '1', metadata },
      replaced: { value: '2', metadata },
    });
    contextStorage.run(TracingContext.ROOT.withBaggage(baggage), () =>
      withBaggage({ replaced: '3' }, () => {
        const headers: Record<string, string> = {};
        tracer.propagator.inject(contextStorage.active(), headers, {
          set: (carrier, key, value) => {
            (carrier as Record<string, string>)[key] = value;
          },
        });
        expect(headers.baggage).toBe('kept=1;secret,replaced=3');
      }),
    );
  });

  it('leaves the active span as it is', () => {
    tracer.trace('outer', () => withBaggage({ a: '1' }, () => tracer.trace('inner', () => {})));
    expect(traceAsText(recorder.takeSpans())).toBe('outer\n  inner');
  });

  it('lets a function throw', () => {
    const error = new Error('of the user');
    const fail = (): never => {
      throw error;
    };
    expect(() => withBaggage({ a: '1' }, fail)).toThrow(error);
  });

  it('subscribes to an Observable with the entries, each time', async () => {
    const seen = withBaggage({ a: '1' }, () => defer(async () => getBaggage('a')));
    expect(await firstValueFrom(seen)).toBe('1');
    expect(await firstValueFrom(seen)).toBe('1');
  });

  it('lets a source that emits at once learn that nobody wants more', async () => {
    let emitted = 0;
    const source = withBaggage(
      { a: '1' },
      () =>
        new Observable<number>((subscriber) => {
          while (!subscriber.closed && emitted < 100) subscriber.next(++emitted);
        }),
    );
    expect(await firstValueFrom(source)).toBe(1);
    expect(emitted).toBe(1);
  });

  it.each([
    ['a subject', new Subject()],
    ['a promise', Promise.resolve()],
    ['a value', { next: 1 }],
    ['null', null],
  ])('hands on %s as it is', (_, result) => {
    expect(withBaggage({ a: '1' }, () => result)).toBe(result);
  });

  it('leaves out what is no string, and says so', () => {
    const entries = { good: '1', number: 1, object: {}, nothing: null };
    const seen = withBaggage(entries as unknown as BaggageValues, getAllBaggage);
    expect(seen).toEqual({ good: '1' });
    expect(warnings[0]).toBe(
      'withBaggage ignored an entry: its value is not a string. Convert it to a string: "number"',
    );
  });

  it.each([undefined, null, 5])('adds nothing for %s in the place of entries', (entries) => {
    expect(withBaggage(entries as unknown as BaggageValues, getAllBaggage)).toEqual({});
  });
});
