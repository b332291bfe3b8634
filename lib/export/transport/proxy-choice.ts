import type { Diagnostics } from '../../diagnostics.js';
import { checkOption } from '../../option-checks.js';
import { hostOf, isLoopback, type NoProxyRules, readNoProxy } from './no-proxy.js';
import type { ProxyVariables } from './proxy-environment.js';

/** A proxy for HTTP. */
export interface HttpProxy {
  /** Without user and password. */
  readonly url: URL;
  /** User and password for `Basic`, decoded; undefined without them. */
  readonly credentials: string | undefined;
  /** For messages: scheme, host and port. */
  readonly shown: string;
}

/** Returns the proxy for requests to a URL; undefined for a direct connection. */
export type ProxyChoice = (url: URL) => HttpProxy | undefined;

/** How requests are sent, which decides about the variables and the proxies that can be used. */
export type ProxiedProtocol = 'http' | 'grpc';

/** What the choice of a proxy depends on. */
export interface ProxySettings {
  /** The exporter's class, for messages: `OtlpSpanExporter`. */
  readonly owner: string;
  /** The option `proxy`. */
  readonly given: string | false | undefined;
  readonly protocol: ProxiedProtocol;
  readonly variables: ProxyVariables;
  /** Told once about each variable that is ignored. */
  readonly diagnostics: Diagnostics;
}

const DIRECT: ProxyChoice = () => undefined;

/** By the scheme of the receiver. For gRPC, the order is that of gRPC's own libraries. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'http:': ['http_proxy', 'all_proxy'],
  'https:': ['https_proxy', 'all_proxy'],
  grpc: ['grpc_proxy', 'https_proxy', 'http_proxy', 'all_proxy'],
};

/**
 * A given proxy applies to all requests. The proxies of the environment do not apply to this machine and to the hosts
 * in `NO_PROXY`.
 *
 * @throws TracingConfigError for a `given` that is no proxy
 */
export function createProxyChoice(settings: ProxySettings): ProxyChoice {
  const { owner, given, protocol } = settings;
  if (given === false) return DIRECT;
  if (given === undefined) return choiceOfEnvironment(settings);
  const proxy = typeof given === 'string' ? readProxy(given, protocol) : undefined;
  checkOption(
    proxy !== undefined,
    `${owner}.proxy`,
    `must be false, or the URL of a proxy that begins with ${schemesOf(protocol)}`,
    typeof given === 'string'
      ? 'another text, which is not shown because it may hold a password'
      : given,
    'Write it such as "http://user:password@proxy:3128", or leave it out for the proxies of the environment.',
  );
  return () => proxy;
}

function choiceOfEnvironment({ protocol, variables, diagnostics }: ProxySettings): ProxyChoice {
  const proxies: Record<string, HttpProxy | undefined> = {};
  for (const scheme of ['http:', 'https:']) {
    const names = VARIABLES[protocol === 'grpc' ? 'grpc' : scheme] ?? [];
    proxies[scheme] = firstProxy(names, protocol, variables, diagnostics);
  }
  if (proxies['http:'] === undefined && proxies['https:'] === undefined) return DIRECT;
  const exceptions = readExceptions(protocol, variables, diagnostics);
  return (url) => {
    const host = hostOf(url);
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    return isLoopback(host) || exceptions.matches(host, port) ? undefined : proxies[url.protocol];
  };
}

function firstProxy(
  names: readonly string[],
  protocol: ProxiedProtocol,
  variables: ProxyVariables,
  diagnostics: Diagnostics,
): HttpProxy | undefined {
  for (const name of names) {
    const found = readVariable(name, variables);
    if (found === undefined) continue;
    const proxy = readProxy(found.value, protocol);
    if (proxy !== undefined) return proxy;
    diagnostics.report(
      `The environment variable ${found.name} must be the URL of a proxy that begins with ${schemesOf(protocol)}. ` +
        'The value is not shown, because it can contain a password. Correct it, or give the option proxy of the exporter. The variable is ignored',
    );
  }
  return undefined;
}

function readExceptions(
  protocol: ProxiedProtocol,
  variables: ProxyVariables,
  diagnostics: Diagnostics,
): NoProxyRules {
  const found =
    (protocol === 'grpc' ? readVariable('no_grpc_proxy', variables) : undefined) ??
    readVariable('no_proxy', variables);
  const rules = readNoProxy(found?.value ?? '');
  if (rules.invalid.length > 0) {
    diagnostics.report(
      `The environment variable ${found?.name} has entries that are neither a domain, an address nor a range of addresses; they are ignored`,
      rules.invalid.join(', '),
    );
  }
  return rules;
}

/** In lower case first, as `curl` reads them. An empty variable counts as unset. */
function readVariable(
  lowerCaseName: string,
  variables: ProxyVariables,
): { name: string; value: string } | undefined {
  for (const name of [lowerCaseName, lowerCaseName.toUpperCase()]) {
    const value = variables[name]?.trim();
    if (value !== undefined && value !== '') return { name, value };
  }
  return undefined;
}

/** `proxy:3128` means `http://proxy:3128`, as `curl` has it. */
function readProxy(value: string, protocol: ProxiedProtocol): HttpProxy | undefined {
  const text = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isUsable = url.protocol === 'http:' || (url.protocol === 'https:' && protocol === 'http');
  if (!isUsable) return undefined;
  const { username, password } = url;
  const credentials =
    username === '' && password === '' ? undefined : `${decode(username)}:${decode(password)}`;
  const bare = new URL(`${url.protocol}//${url.host}`);
  return { url: bare, credentials, shown: `${bare.protocol}//${bare.host}` };
}

function schemesOf(protocol: ProxiedProtocol): string {
  return protocol === 'grpc' ? 'http://' : 'http:// or https://';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A password with a percent sign that nobody has encoded.
    return text;
  }
}
