import { CapturedFields, ReceiverRules } from '../../carriers/index.js';
import { type ApplicationPart, addMessageMask, type LocalTracer } from '../../context/index.js';
import { StartHook } from '../../operation/index.js';
import { checkBoolean, checkChoice } from '../../option-checks.js';
import type { SecretKeys } from '../../secret-keys.js';
import { HTTP_REQUEST_HEADER_PREFIX, HTTP_RESPONSE_HEADER_PREFIX } from '../attributes.js';
import { KnownMethods } from '../known-methods.js';
import { QueryRedactor } from '../query-redactor.js';
import type { OpenOperations } from './http-client-operation.js';
import type {
  HttpClientOptions,
  IncomingHttpResponse,
  OutgoingHttpRequest,
} from './http-client-options.js';
import type { ContextReceivers } from './inject-context.js';
import type { ResponseHeaders } from './outgoing-request.js';
import { TextFunction } from './text-function.js';
import { maskUrlsOf } from './url-message-mask.js';
import { ORIGIN_RULES, URL_RULES } from './url-rules.js';

/** What the options of an application do not say about its outgoing requests. */
export interface HttpClientSurroundings {
  /** False with `http.client: false`: requests are neither traced nor carry a context. @default true */
  readonly isEnabled?: boolean;
  /** False for an application whose tracing is switched off: it passes contexts on. @default true */
  readonly isTracingEnabled?: boolean;
  /** True if a test runner started the process. @default false */
  readonly isTestRun?: boolean;
  /** The keys of secret attributes; false if attributes are not redacted. @default the default keys */
  readonly secretKeys?: SecretKeys | false;
}

/** {@link HttpClientOptions}, checked and made ready for use. */
export class HttpClientSettings {
  readonly isEnabled: boolean;
  /** Whether requests outside any operation are traced that a watcher sees. */
  readonly tracesRoots: boolean;
  /** Whether calls of `tracedFetch` and the like are traced outside any operation. */
  readonly tracesRootCalls: boolean;
  readonly isTracingEnabled: boolean;
  readonly ignored: ReceiverRules<URL>;
  readonly receivers: ContextReceivers;
  readonly methods: KnownMethods;
  readonly redactor: QueryRedactor;
  readonly requestHeaders: CapturedFields<ResponseHeaders> | undefined;
  readonly responseHeaders: CapturedFields<ResponseHeaders> | undefined;
  readonly recordsBodySizes: boolean;
  readonly endsWithHeaders: boolean;
  readonly nameOf: TextFunction | undefined;
  readonly urlTemplate: TextFunction | undefined;
  readonly onRequest: StartHook<OutgoingHttpRequest> | undefined;
  readonly onResponse: StartHook<IncomingHttpResponse> | undefined;
  /** Whether a function of the user wants to see requests. */
  readonly hasFunctions: boolean;

  /** @throws TracingConfigError for invalid options */
  constructor(options: HttpClientOptions = {}, surroundings: HttpClientSurroundings = {}) {
    const { isEnabled = true, isTracingEnabled = true, isTestRun = false } = surroundings;
    this.isEnabled = isEnabled;
    this.isTracingEnabled = isTracingEnabled;
    const requiresParent = checkBoolean('http.client.requireParent', options.requireParent, false);
    this.tracesRootCalls = !requiresParent;
    this.tracesRoots = !requiresParent && !(isTestRun && options.requireParent === undefined);
    this.ignored = new ReceiverRules('http.client.ignore', URL_RULES, options.ignore ?? []);
    this.receivers = {
      context: new ReceiverRules('http.client.propagateTo', ORIGIN_RULES, options.propagateTo),
      baggage: new ReceiverRules(
        'http.client.propagateBaggageTo',
        ORIGIN_RULES,
        options.propagateBaggageTo,
      ),
    };
    this.methods = new KnownMethods(options.knownMethods, 'http.client.knownMethods');
    this.redactor = new QueryRedactor(
      options.redactedQueryKeys,
      'http.client.redactedQueryKeys',
      surroundings.secretKeys,
    );
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
    this.recordsBodySizes = checkBoolean(
      'http.client.captureBodySizes',
      options.captureBodySizes,
      false,
    );
    this.endsWithHeaders =
      checkChoice('http.client.endsWith', options.endsWith, 'body', ['body', 'headers']) ===
      'headers';
    this.nameOf = TextFunction.of('http.client.nameOf', options.nameOf);
    this.urlTemplate = TextFunction.of('http.client.urlTemplate', options.urlTemplate);
    this.onRequest = StartHook.of('http.client.onRequest', options.onRequest);
    this.onResponse = StartHook.of('http.client.onResponse', options.onResponse);
    this.hasFunctions =
      this.nameOf !== undefined || this.urlTemplate !== undefined || this.onRequest !== undefined;
  }
}

function readHeader(headers: ResponseHeaders, name: string): unknown {
  return headers.get(name);
}

const SETTINGS: ApplicationPart<HttpClientSettings> = { name: 'http.client' };
const OPEN_OPERATIONS: ApplicationPart<OpenOperations> = { name: 'http.client.open' };
const DEFAULT_SETTINGS = new HttpClientSettings();

/**
 * Sets how the outgoing requests of an application are traced.
 *
 * @param client the option `http.client` of the application
 * @param knownMethods of the environment; those of `client` replace them
 * @throws TracingConfigError for invalid options
 */
export function configureHttpClient(
  tracer: LocalTracer,
  client: boolean | HttpClientOptions = true,
  knownMethods?: readonly string[],
  surroundings: HttpClientSurroundings = {},
): void {
  const options = { knownMethods, ...(typeof client === 'object' ? client : {}) };
  const isEnabled = client !== false;
  addMessageMask(maskUrlsOf);
  tracer.application.set(SETTINGS, new HttpClientSettings(options, { ...surroundings, isEnabled }));
}

/** Returns the settings of a tracer's application. */
export function httpClientSettingsOf(tracer: LocalTracer): HttpClientSettings {
  return tracer.application.get(SETTINGS) ?? DEFAULT_SETTINGS;
}

/** Returns the operations of a tracer's application whose spans have not ended. */
export function openOperationsOf({ application }: LocalTracer): OpenOperations {
  let open = application.get(OPEN_OPERATIONS);
  if (open === undefined) {
    open = new Set();
    application.set(OPEN_OPERATIONS, open);
  }
  return open;
}
