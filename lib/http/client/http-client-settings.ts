import { CapturedFields, ReceiverRules } from '../../carriers/index.js';
import type { ApplicationPart, LocalTracer } from '../../context/index.js';
import { StartHook } from '../../operation/index.js';
import { HTTP_REQUEST_HEADER_PREFIX, HTTP_RESPONSE_HEADER_PREFIX } from '../attributes.js';
import { KnownMethods } from '../known-methods.js';
import { QueryRedactor } from '../query-redactor.js';
import type { HttpClientOptions, OutgoingHttpRequest } from './http-client-options.js';
import { ORIGIN_RULES, URL_RULES } from './url-rules.js';

/** {@link HttpClientOptions}, checked and made ready for use. */
export class HttpClientSettings {
  /** False where requests are neither traced nor carry a context. */
  readonly isEnabled: boolean;
  readonly ignored: ReceiverRules<URL>;
  readonly contextReceivers: ReceiverRules<URL>;
  readonly baggageReceivers: ReceiverRules<URL>;
  readonly methods: KnownMethods;
  readonly redactor: QueryRedactor;
  readonly requestHeaders: CapturedFields<Headers> | undefined;
  readonly responseHeaders: CapturedFields<Headers> | undefined;
  readonly onRequest: StartHook<OutgoingHttpRequest> | undefined;

  /** @throws TracingConfigError for options that cannot be used */
  constructor(options: HttpClientOptions = {}, isEnabled = true) {
    this.isEnabled = isEnabled;
    this.ignored = new ReceiverRules('http.client.ignore', URL_RULES, options.ignore ?? []);
    this.contextReceivers = new ReceiverRules(
      'http.client.propagateTo',
      ORIGIN_RULES,
      options.propagateTo,
    );
    this.baggageReceivers = new ReceiverRules(
      'http.client.propagateBaggageTo',
      ORIGIN_RULES,
      options.propagateBaggageTo,
    );
    this.methods = new KnownMethods(options.knownMethods, 'http.client.knownMethods');
    this.redactor = new QueryRedactor(options.redactedQueryKeys, 'http.client.redactedQueryKeys');
    this.requestHeaders = CapturedFields.of(
      'http.client.captureRequestHeaders',
      HTTP_REQUEST_HEADER_PREFIX,
      readHeader,
      options.captureRequestHeaders,
    );
    this.responseHeaders = CapturedFields.of(
      'http.client.captureResponseHeaders',
      HTTP_RESPONSE_HEADER_PREFIX,
      readHeader,
      options.captureResponseHeaders,
    );
    this.onRequest = StartHook.of('http.client.onRequest', options.onRequest);
  }
}

function readHeader(headers: Headers, name: string): string | null {
  return headers.get(name);
}

const SETTINGS: ApplicationPart<HttpClientSettings> = { name: 'http.client' };
const DEFAULT_SETTINGS = new HttpClientSettings();

/**
 * Sets how the requests of an application are traced that `tracedFetch` sends.
 *
 * @param client the option `http.client` of the application
 * @param knownMethods of the environment; those of `client` replace them
 * @throws TracingConfigError for options that cannot be used
 */
export function configureHttpClient(
  tracer: LocalTracer,
  client: boolean | HttpClientOptions = true,
  knownMethods?: readonly string[],
): void {
  const options = { knownMethods, ...(typeof client === 'object' ? client : {}) };
  tracer.application.set(SETTINGS, new HttpClientSettings(options, client !== false));
}

export function httpClientSettingsOf(tracer: LocalTracer): HttpClientSettings {
  return tracer.application.get(SETTINGS) ?? DEFAULT_SETTINGS;
}
