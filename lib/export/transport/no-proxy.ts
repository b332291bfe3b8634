import { type BlockList, isIP } from 'node:net';

/** Whether a host is reached without a proxy. `host` has neither brackets nor a trailing dot. */
type Rule = (host: string, port: number) => boolean;

/** The hosts that `NO_PROXY` names. */
export interface NoProxyRules {
  /** @param host in lower case, an IPv6 address without brackets */
  readonly matches: (host: string, port: number) => boolean;
  /** The entries that are neither a host, an address nor a range. They have no effect. */
  readonly invalid: readonly string[];
}

/**
 * Reads `NO_PROXY`: entries that are separated by commas or spaces. An entry is `*` for all hosts; a domain, which
 * stands for its subdomains too, also written as `.example.com` and `*.example.com`; an address; a range of addresses,
 * as `10.0.0.0/8` or `10.0.0.1-10.0.0.9`. A port may follow a domain and an address: `example.com:4318`, `[::1]:4318`.
 */
export function readNoProxy(value: string): NoProxyRules {
  const rules: Rule[] = [];
  const invalid: string[] = [];
  for (const entry of value.split(/[\s,]+/)) {
    if (entry === '') continue;
    const rule = ruleOf(entry);
    if (rule === undefined) invalid.push(entry);
    else rules.push(rule);
  }
  return { matches: (host, port) => rules.some((rule) => rule(host, port)), invalid };
}

/** Whether a host is this machine, which no proxy can reach for us. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || isIn(loopback(), host);
}

/** The host of a URL in the form that {@link NoProxyRules} compare. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function emptyList(): BlockList {
  // Taken when it is needed: Node loads the code of it with the first access.
  return new (process.getBuiltinModule('node:net').BlockList)();
}

function loopback(): BlockList {
  const list = emptyList();
  list.addSubnet('127.0.0.0', 8, 'ipv4');
  list.addAddress('::1', 'ipv6');
  // A connection to the unspecified address leads to this machine.
  list.addAddress('0.0.0.0', 'ipv4');
  list.addAddress('::', 'ipv6');
  return list;
}

function ruleOf(entry: string): Rule | undefined {
  if (entry === '*') return () => true;
  const { name, port } = splitPort(entry);
  const list = addressesOf(name);
  const domain = list === undefined ? domainOf(name) : undefined;
  if (list === undefined && domain === undefined) return undefined;
  return (host, hostPort) => {
    if (port !== undefined && port !== hostPort) return false;
    if (list !== undefined) return isIn(list, host);
    return host === domain || host.endsWith(`.${domain}`);
  };
}

function splitPort(entry: string): { name: string; port: number | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(entry);
  const [, name, port] = bracketed ?? /^([^:]*):(\d{1,5})$/.exec(entry) ?? [undefined, entry];
  return { name: name as string, port: port === undefined ? undefined : Number(port) };
}

/** Undefined for what is no address and no range of addresses. */
function addressesOf(name: string): BlockList | undefined {
  const list = emptyList();
  const [first = '', bits, ...rest] = name.split('/');
  const [start = '', end] = first.split('-');
  const family = familyOf(start);
  if (family === undefined || rest.length > 0) return undefined;
  try {
    if (bits !== undefined) {
      if (end !== undefined || !/^\d{1,3}$/.test(bits)) return undefined;
      list.addSubnet(start, Number(bits), family);
    } else if (end !== undefined) list.addRange(start, end, family);
    else list.addAddress(start, family);
    return list;
  } catch {
    // A prefix that is too long, or a range that ends before it begins.
    return undefined;
  }
}

/** In the form that the host of a URL has; undefined for what can be no domain. */
function domainOf(name: string): string | undefined {
  const bare = name.replace(/^\*?\./, '').replace(/\.$/, '');
  if (bare === '' || /[/:@?#\\*[\]]/.test(bare) || !URL.canParse(`http://${bare}`))
    return undefined;
  return new URL(`http://${bare}`).hostname;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}

function isIn(list: BlockList, host: string): boolean {
  const family = familyOf(host);
  return family !== undefined && list.check(host, family);
}
