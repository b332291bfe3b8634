import { afterEach, describe, expect, it } from '@jest/globals';
import { propagation } from '@opentelemetry/api';
import { TracingContext } from '../../../../lib/context/index.js';
import type { FetchRequest } from '../../../../lib/http/client/fetch-request.js';
import type { HttpClientOptions } from '../../../../lib/http/client/http-client-options.js';
import { HttpClientSettings } from '../../../../lib/http/client/http-client-settings.js';
import { injectContext } from '../../../../lib/http/client/inject-context.js';
import { createTestTracing } from '../../../../lib/testing/index.js';

const { tracer, recorder } = createTestTracing();
const BAGGAGE = propagation.createBaggage({ tenant: { value: 'acme' } });
const INSIDE = new URL('http://inside.example');
const OUTSIDE = new URL('http://outside.example');

afterEach(() => recorder.reset());

function inject(
  options: HttpClientOptions,
  url: URL,
  baggage = true,
  ofApplication: HttpClientOptions = {},
) {
  const span = TracingContext.ROOT.withSpan(tracer.startSpan('span'));
  const context = baggage ? span.withBaggage(BAGGAGE) : span;
  const headers = new Headers({ accept: '*/*' });
  const request: FetchRequest = {
    url,
    method: 'GET',
    headers,
    signal: undefined,
    urlTemplate: undefined,
  };
  const settings = new HttpClientSettings(options);
  const application = new HttpClientSettings(ofApplication);
  const withheld = injectContext(tracer, context, request, settings, application);
  return { names: [...headers.keys()].filter((name) => name !== 'accept'), withheld };
}

const INSIDE_ONLY = ['inside.example'];

describe('injectContext', () => {
  it('puts all into a request where everybody may have all, and needs no watching', () => {
    const { names, withheld } = inject({}, OUTSIDE);
    expect(names).toEqual(['baggage', 'traceparent']);
    expect(withheld).toBeUndefined();
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

  it('needs no watching where there is nothing to be kept back', () => {
    expect(inject({ propagateBaggageTo: INSIDE_ONLY }, INSIDE, false)).toEqual({
      names: ['traceparent'],
      withheld: undefined,
    });
    expect(inject({ propagateTo: INSIDE_ONLY }, OUTSIDE).withheld).toBeUndefined();
  });

  it('says what others must not be sent of it', () => {
    const all = inject({ propagateTo: INSIDE_ONLY }, INSIDE).withheld;
    expect(all?.(OUTSIDE)).toEqual(['traceparent', 'baggage']);
    expect(all?.(INSIDE)).toEqual([]);
    const some = inject({ propagateBaggageTo: INSIDE_ONLY }, INSIDE).withheld;
    expect(some?.(OUTSIDE)).toEqual(['baggage']);
    expect(some?.(INSIDE)).toEqual([]);
  });
});
