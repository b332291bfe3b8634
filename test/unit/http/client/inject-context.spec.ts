import { afterEach, describe, expect, it } from '@jest/globals';
import { propagation } from '@opentelemetry/api';
import { TracingContext } from '../../../../lib/context/index.js';
import type { HttpClientOptions } from '../../../../lib/http/client/http-client-options.js';
import { HttpClientSettings } from '../../../../lib/http/client/http-client-settings.js';
import {
  injectContext,
  isRestricted,
  removeContext,
  withDefaults,
} from '../../../../lib/http/client/inject-context.js';
import { createTestTracing } from '../../../../lib/testing/index.js';

const { tracer, recorder, close } = createTestTracing();
close();
const BAGGAGE = propagation.createBaggage({ tenant: { value: 'acme' } });
const INSIDE = new URL('http://inside.example');
const OUTSIDE = new URL('http://outside.example');

afterEach(() => recorder.reset());

function inject(
  options: HttpClientOptions,
  url: URL,
  baggage = true,
  ofApplication: HttpClientOptions = {},
  given: Record<string, string> = {},
) {
  const span = TracingContext.ROOT.withSpan(tracer.startSpan('span'));
  const context = baggage ? span.withBaggage(BAGGAGE) : span;
  const headers = new Headers({ accept: '*/*', ...given });
  const receivers = withDefaults(
    new HttpClientSettings(options).receivers,
    new HttpClientSettings(ofApplication).receivers,
  );
  injectContext(tracer, context, headers, url, receivers);
  const names = [...headers.keys()].filter((name) => name !== 'accept');
  return { names, headers, isRestricted: isRestricted(receivers, context) };
}

const INSIDE_ONLY = ['inside.example'];

describe('injectContext', () => {
  it('puts all into a request if everybody may have all', () => {
    expect(inject({}, OUTSIDE)).toMatchObject({
      names: ['baggage', 'traceparent'],
      isRestricted: false,
    });
  });

  it.each<[string, HttpClientOptions, URL, string[]]>([
    ['all inside', { propagateTo: INSIDE_ONLY }, INSIDE, ['baggage', 'traceparent']],
    ['nothing outside', { propagateTo: INSIDE_ONLY }, OUTSIDE, []],
    ['nothing anywhere', { propagateTo: [] }, INSIDE, []],
    ['baggage inside', { propagateBaggageTo: INSIDE_ONLY }, INSIDE, ['baggage', 'traceparent']],
    ['no baggage outside', { propagateBaggageTo: INSIDE_ONLY }, OUTSIDE, ['traceparent']],
    ['no baggage at all', { propagateBaggageTo: [] }, INSIDE, ['traceparent']],
    [
      'no baggage to whom nothing may be sent',
      { propagateTo: INSIDE_ONLY, propagateBaggageTo: ['outside.example'] },
      OUTSIDE,
      [],
    ],
  ])('puts in %s', (_, options, url, expected) => {
    expect(inject(options, url).names).toEqual(expected);
  });

  it.each<[string, HttpClientOptions, HttpClientOptions, string[]]>([
    ['holds', {}, { propagateTo: INSIDE_ONLY }, []],
    ['holds for baggage', {}, { propagateBaggageTo: INSIDE_ONLY }, ['traceparent']],
    [
      'is replaced by an own',
      { propagateBaggageTo: [] },
      { propagateBaggageTo: [/./] },
      ['traceparent'],
    ],
    ['may be widened', { propagateTo: [/./] }, { propagateTo: [] }, ['baggage', 'traceparent']],
  ])('the list of the application %s', (_, own, ofApplication, expected) => {
    expect(inject(own, OUTSIDE, true, ofApplication).names).toEqual(expected);
  });

  it.each<[string, HttpClientOptions, boolean, boolean]>([
    ['a list', { propagateTo: INSIDE_ONLY }, false, true],
    ['a list for baggage', { propagateBaggageTo: INSIDE_ONLY }, true, true],
    ['a list for baggage, and no baggage', { propagateBaggageTo: INSIDE_ONLY }, false, false],
  ])('knows whether receivers are restricted: %s', (_, options, baggage, restricted) => {
    expect(inject(options, INSIDE, baggage).isRestricted).toBe(restricted);
  });

  const COPIED = {
    traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
    tracestate: 'stranger=1',
    baggage: 'stranger=1',
  };

  it.each<[string, HttpClientOptions, URL, string[]]>([
    ['a receiver', {}, INSIDE, ['traceparent']],
    ['a receiver off the list', { propagateTo: INSIDE_ONLY }, OUTSIDE, []],
  ])('removes the copied context of a stranger, for %s', (_, options, url, names) => {
    const injected = inject(options, url, false, {}, COPIED);
    expect(injected.names).toEqual(names);
    expect(injected.headers.get('traceparent')).not.toBe(COPIED.traceparent);
  });

  it('can remove a context without a new one', () => {
    const headers = new Headers({ ...COPIED, accept: '*/*' });
    removeContext(tracer, headers);
    expect([...headers.keys()]).toEqual(['accept']);
  });
});
