import { Agent as HttpAgent, globalAgent as httpGlobalAgent } from 'node:http';
import type { AgentOptions, Agent as HttpsAgent } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { TracingConfigError } from '../../errors.js';

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

/**
 * The connections of one sender, which are kept open between requests: those of each scheme, because a
 * redirect may lead from `http:` to `https:`.
 */
export class Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;

  /**
   * @param owner the exporter's class, for messages: `OtlpSpanExporter`
   * @throws TracingConfigError for certificates and keys that cannot be read or do not fit
   */
  constructor(owner: string, tls: ExporterTlsOptions = {}, agentOptions: AgentOptions = {}) {
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
    this.http = new HttpAgent({ ...sharedOptions(httpGlobalAgent), ...agentOptions });
    const https = process.getBuiltinModule('node:https');
    this.https = new https.Agent({ ...sharedOptions(https.globalAgent), ...agentOptions, ...tls });
  }

  /** Closes all connections. */
  destroy(): void {
    this.http.destroy();
    this.https.destroy();
  }
}

/**
 * From Node 24.5 on, Node gives its own agents the proxies of the environment if `NODE_USE_ENV_PROXY` or
 * `--use-env-proxy` asks for that. An agent of a library has them only if it is given the same option.
 */
function sharedOptions(globalAgent: HttpAgent): AgentOptions {
  // The types of Node 20 do not have the property.
  const { proxyEnv } = (globalAgent as { options?: { readonly proxyEnv?: object } }).options ?? {};
  return { keepAlive: true, ...(proxyEnv !== undefined && { proxyEnv }) };
}
