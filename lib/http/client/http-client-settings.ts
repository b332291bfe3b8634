import type { ApplicationPart, LocalTracer } from '../../context/index.js';
import { HTTP_REQUEST_HEADER_PREFIX, HTTP_RESPONSE_HEADER_PREFIX } from '../attributes.js';
import { CapturedHeaders } from '../captured-headers.js';
import { KnownMethods } from '../known-methods.js';
import { QueryRedactor } from '../query-redactor.js';
import type { HttpClientOptions } from './http-client-options.js';
import { OriginRules } from './origin-rules.js';

/** {@link HttpClientOptions}, checked and made ready for use. */
export class HttpClientSettings {
  readonly methods: KnownMethods;
  readonly redactor: QueryRedactor;
  readonly requestHeaders: CapturedHeaders;
  readonly responseHeaders: CapturedHeaders;
  readonly contextReceivers: OriginRules;
  readonly baggageReceivers: OriginRules;

  /** @throws TracingConfigError for options that cannot be used */
  constructor(options: HttpClientOptions = {}) {
    this.methods = new KnownMethods(options.knownMethods, 'http.client.knownMethods');
    this.redactor = new QueryRedactor(options.redactedQueryKeys, 'http.client.redactedQueryKeys');
    this.requestHeaders = new CapturedHeaders(
      HTTP_REQUEST_HEADER_PREFIX,
      'http.client.captureRequestHeaders',
      options.captureRequestHeaders,
    );
    this.responseHeaders = new CapturedHeaders(
      HTTP_RESPONSE_HEADER_PREFIX,
      'http.client.captureResponseHeaders',
      options.captureResponseHeaders,
    );
    this.contextReceivers = new OriginRules('http.client.propagateTo', options.propagateTo);
    this.baggageReceivers = new OriginRules(
      'http.client.propagateBaggageTo',
      options.propagateBaggageTo,
    );
  }
}

const SETTINGS: ApplicationPart<HttpClientSettings> = { name: 'http.client' };
const DEFAULT_SETTINGS = new HttpClientSettings();

/**
 * Says how the requests of an application are traced that `tracedFetch` sends.
 *
 * @throws TracingConfigError for options that cannot be used
 */
export function configureHttpClient(tracer: LocalTracer, options: HttpClientOptions): void {
  tracer.application.set(SETTINGS, new HttpClientSettings(options));
}

export function httpClientSettingsOf(tracer: LocalTracer): HttpClientSettings {
  return tracer.application.get(SETTINGS) ?? DEFAULT_SETTINGS;
}
