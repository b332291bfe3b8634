import { Agent as HttpAgent, type RequestOptions, request as requestHttp } from 'node:http';
import type { AgentOptions, Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { TracingConfigError } from '../../errors.js';
import { lookupLocalhost } from './lookup-localhost.js';
import type { HttpProxy, ProxyChoice } from './proxy-choice.js';
import { ProxyTunnels, proxyAddress, proxyHeaders } from './proxy-tunnels.js';
import type { Target } from './target.js';

/** Certificates and keys for a URL that begins with `https:`. */
export interface ExporterTlsOptions {
  /** Certificates, in PEM, of the authorities that are trusted instead of those of Node. */
  readonly ca?: SecureContextOptions['ca'];
  /** The certificate chain, in PEM, that a server asks for. */
  readonly cert?: SecureContextOptions['cert'];
  /** The private key to `cert`, in PEM. */
  readonly key?: SecureContextOptions['key'];
  /** The password of `key`, if it has one. */
  readonly passphrase?: string;
}

/** How a request to a URL is sent. */
export interface Route {
  readonly request: typeof requestHttp;
  /** The connection, and the path of the request. */
  readonly options: RequestOptions;
  /** Those that the way needs. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the connections of a sender depend on. All values but `tls` are checked by then. */
export interface AgentSettings {
  /** The exporter's class, for messages: `OtlpSpanExporter`. */
  readonly owner: string;
  readonly tls?: ExporterTlsOptions | undefined;
  readonly agentOptions?: AgentOptions | undefined;
  /** @default direct connections */
  readonly proxies?: ProxyChoice | undefined;
  /** How long a proxy may take to open a connection. */
  readonly timeoutMillis: number;
}

/** Creates the connection of one request, or calls back with it. Node's types do not have this method of agents. */
type CreateConnection = (
  options: { readonly host?: string; readonly port?: number | string; readonly socket?: Socket },
  callback: (error: Error | null, socket?: Socket) => void,
) => Socket | undefined;

/**
 * The connections of one sender, which are kept open between requests: those of each scheme, because a
 * redirect may lead from `http:` to `https:`.
 */
export class Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  readonly #hasLookup: boolean;
  readonly #proxies: ProxyChoice;
  readonly #tunnels: ProxyTunnels;
  /** To proxies that speak TLS, for requests without TLS. */
  #proxyAgent: HttpsAgent | undefined;

  /** @throws TracingConfigError for certificates and keys that cannot be read or do not fit */
  constructor({ owner, tls = {}, agentOptions, proxies, timeoutMillis }: AgentSettings) {
    try {
      createSecureContext(tls);
    } catch (error) {
      throw TracingConfigError.invalidOption(
        `${owner}.tls`,
        'must hold certificates and a key in PEM that can be read and fit together',
        (error as Error).message,
        'Give the contents of the files, not their paths.',
      );
    }
    this.#proxies = proxies ?? (() => undefined);
    this.#tunnels = new ProxyTunnels(timeoutMillis);
    this.#hasLookup = agentOptions?.lookup !== undefined;
    this.http = new HttpAgent({ keepAlive: true, ...agentOptions });
    const { Agent } = process.getBuiltinModule('node:https');
    this.https = new Agent({ keepAlive: true, ...agentOptions, ...tls });
    this.#openTunnels(this.https);
  }

  /** The proxy on the way to a server, if any. */
  proxyOf({ url, socketPath }: Target): HttpProxy | undefined {
    return socketPath === undefined ? this.#proxies(url) : undefined;
  }

  routeTo(target: Target): Route {
    const { url, socketPath } = target;
    const isLocal = url.hostname === 'localhost' && !this.#hasLookup;
    const options: RequestOptions = {
      ...urlToHttpOptions(url),
      ...(isLocal && { lookup: lookupLocalhost }),
    };
    const proxy = this.proxyOf(target);
    if (url.protocol === 'https:') {
      const { request } = process.getBuiltinModule('node:https');
      return { request, options: { ...options, agent: this.https }, headers: {} };
    }
    if (proxy === undefined) {
      const socket = socketPath === undefined ? {} : { socketPath };
      const direct = { ...options, ...socket, agent: this.http };
      return { request: requestHttp, options: direct, headers: {} };
    }
    return this.#forwarded(url, options, proxy);
  }

  /** Closes all connections. */
  destroy(): void {
    this.#tunnels.destroy();
    this.http.destroy();
    this.https.destroy();
    this.#proxyAgent?.destroy();
  }

  /** A request without TLS is sent to the proxy, with the whole URL. Spec: RFC 9112, section 3.2.2. */
  #forwarded(url: URL, options: RequestOptions, proxy: HttpProxy): Route {
    const isTls = proxy.url.protocol === 'https:';
    const { request, Agent } = process.getBuiltinModule('node:https');
    if (isTls) this.#proxyAgent ??= new Agent({ keepAlive: true });
    return {
      request: isTls ? request : requestHttp,
      options: {
        auth: options.auth,
        ...proxyAddress(proxy),
        path: `${url.protocol}//${url.host}${url.pathname}${url.search}`,
        agent: isTls ? this.#proxyAgent : this.http,
      },
      headers: { host: url.host, ...proxyHeaders(proxy) },
    };
  }

  /** A request with TLS goes through a tunnel, of which the proxy reads nothing. */
  #openTunnels(agent: HttpsAgent): void {
    const connector = agent as unknown as { createConnection: CreateConnection };
    const connect = connector.createConnection.bind(agent);
    connector.createConnection = (options, callback) => {
      const host = options.host?.includes(':') ? `[${options.host}]` : options.host;
      const authority = `${host}:${options.port ?? 443}`;
      const proxy = this.#proxies(new URL(`https://${authority}`));
      if (proxy === undefined) return connect(options, callback);
      this.#tunnels.open(proxy, authority, (error, socket) => {
        if (socket === undefined) callback(error);
        else callback(null, connect({ ...options, socket }, callback));
      });
      return undefined;
    };
  }
}
