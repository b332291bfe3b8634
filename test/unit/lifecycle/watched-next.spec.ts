import { describe, expect, it } from '@jest/globals';
import { lastValueFrom, of, throwError } from 'rxjs';
import { WatchedNext } from '../../../lib/lifecycle/watched-next.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

describe('WatchedNext', () => {
  const createTracing = tracingsOfTest();

  it.each([
    ['completes', of(1), '1'],
    ['fails', throwError(() => new Error('no')), 'Error: no'],
  ])('adds two events to the span, also if the handler %s', async (_, observable, outcome) => {
    const { tracer, recorder } = createTracing();
    const span = tracer.startSpan('interceptor');
    const next = new WatchedNext({ handle: () => observable }, span);
    const result = next.handle();
    span.addEvent('not yet subscribed');
    expect(await lastValueFrom(result).catch(String)).toEqual(outcome === '1' ? 1 : outcome);
    span.end();
    const names = recorder.takeSpan().events.map(({ name }) => name);
    expect(names).toEqual(['not yet subscribed', 'next called', 'next ended']);
  });

  it('calls the handler for each call of an interceptor that repeats it', async () => {
    let calls = 0;
    const { tracer } = createTracing();
    const span = tracer.startSpan('interceptor');
    const next = new WatchedNext({ handle: () => of(++calls) }, span);
    expect(await lastValueFrom(next.handle())).toBe(1);
    expect(await lastValueFrom(next.handle())).toBe(2);
    span.end();
    expect(await lastValueFrom(next.handle())).toBe(3);
  });
});
