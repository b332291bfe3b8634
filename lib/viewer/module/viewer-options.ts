import {
  checkBoolean,
  checkCount,
  checkOption,
  checkString,
  checkStrings,
} from '../../option-checks.js';
import type { Environment } from '../environment.js';
import { checkSourceOptions, type ViewerSourceOptions } from '../source/source-options.js';
import type { SourceSettings } from '../source/source-settings.js';

/** Options of {@link TracingViewerModule}. */
export interface TracingViewerOptions extends ViewerSourceOptions {
  /**
   * Whether the viewer runs. `true` also starts it in tests and in production.
   *
   * @default false where `NODE_ENV` is `production` or `test`, otherwise true
   */
  readonly enabled?: boolean;
  /**
   * The port of the page and of OTLP over HTTP, 0 to 65535; 0 for any free port. If another viewer of this
   * library has it, the application sends its spans there. If another program has it, the next free port is
   * taken and logged.
   *
   * @default 4318
   */
  readonly port?: number;
  /**
   * The port of OTLP over gRPC, 0 to 65535; false for none. It needs the package `@grpc/grpc-js`: without it,
   * a line in the log says so.
   *
   * @default 4317
   */
  readonly grpcPort?: number | false;
  /**
   * The address to listen on. An address that other machines reach needs a `token`.
   *
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * Further names by which browsers reach the viewer, without ports. A `Host` header with another name is
   * refused: a page on the internet could otherwise give the viewer's address to a name of its own.
   *
   * @default the value of `host`
   */
  readonly allowedHosts?: readonly string[];
  /**
   * The memory for traces and logs in bytes, 4 MiB to 16 GiB, with indexes. Beyond it, the group of traces
   * that takes the most loses its oldest one.
   *
   * @default 268435456 (256 MiB)
   */
  readonly maxBytes?: number;
  /**
   * The most traces to keep, 1 to 1,000,000.
   *
   * @default 20000
   */
  readonly maxTraces?: number;
  /**
   * Whether traces survive a restart, as of `nest start --watch`. What the viewer takes is written into files that
   * belong to the user alone, in the folder for temporary files, 64 MiB at most. Not for port 0.
   *
   * @default true; false for the command, which has the flag `--persist`
   */
  readonly persist?: boolean;
  /**
   * A secret that every request must have: `Authorization: Bearer …`, or `?t=…` in the address of the page.
   * Printable ASCII without spaces.
   *
   * @default none; required for a `host` that is not the loopback
   */
  readonly token?: string;
  /**
   * The origins of pages that may send OTLP, such as `https://shop.test:3000`. Pages never read anything.
   *
   * @default origins of the loopback, with any port
   */
  readonly ingestOrigins?: readonly string[];
}

/** The options after their checks, with defaults. They can be passed to a worker. */
export interface ViewerSettings {
  readonly port: number;
  /** Undefined for no gRPC. */
  readonly grpcPort: number | undefined;
  readonly host: string;
  readonly hosts: readonly string[];
  readonly maxBytes: number;
  readonly maxTraces: number;
  readonly persist: boolean;
  readonly token: string | undefined;
  readonly ingestOrigins: readonly string[] | undefined;
  readonly source: SourceSettings;
}

/** The port of OTLP over HTTP. */
export const DEFAULT_PORT = 4318;
const DEFAULT_GRPC_PORT = 4317;
const MIB = 1024 * 1024;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;
const HOST_NAME = /^[a-z0-9.:_-]+$/i;
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Whether the viewer runs.
 *
 * @param owner how errors name the options
 * @throws TracingConfigError if the option is not a boolean
 */
export function isViewerEnabled(
  owner: string,
  { enabled }: TracingViewerOptions,
  { NODE_ENV }: Environment,
): boolean {
  const isForDevelopment = NODE_ENV !== 'production' && NODE_ENV !== 'test';
  return checkBoolean(`${owner}.enabled`, enabled, isForDevelopment);
}

/**
 * Checks the options.
 *
 * @param owner how errors name the options
 * @param isEnabled whether the viewer runs; the folders of one that does not run need not exist
 * @throws TracingConfigError for an option that cannot be used
 */
export function checkViewerOptions(
  owner: string,
  options: TracingViewerOptions,
  isEnabled = true,
): ViewerSettings {
  const host = checkHost(`${owner}.host`, options.host ?? '127.0.0.1');
  const token = checkToken(`${owner}.token`, options.token);
  checkOption(
    token !== undefined || LOOPBACK.test(host),
    `${owner}.token`,
    `must be set for the host ${host}, which other machines can reach`,
    token,
    "Set a long random text that only the viewer's users know, or leave `host` out.",
  );
  return {
    host,
    token,
    port: checkCount(`${owner}.port`, options.port, DEFAULT_PORT, 0, 65_535),
    grpcPort:
      options.grpcPort === false
        ? undefined
        : checkCount(`${owner}.grpcPort`, options.grpcPort, DEFAULT_GRPC_PORT, 0, 65_535),
    hosts: checkHosts(`${owner}.allowedHosts`, options.allowedHosts ?? [host]),
    maxBytes: checkCount(`${owner}.maxBytes`, options.maxBytes, 256 * MIB, 4 * MIB, 16_384 * MIB),
    maxTraces: checkCount(`${owner}.maxTraces`, options.maxTraces, 20_000, 1, 1_000_000),
    persist: checkBoolean(`${owner}.persist`, options.persist, true),
    ingestOrigins: checkOrigins(`${owner}.ingestOrigins`, options.ingestOrigins),
    source: checkSourceOptions(owner, options, isEnabled),
  };
}

function checkHost(option: string, host: string): string {
  const remedy = "Give an address of this machine, such as '127.0.0.1'; '0.0.0.0' for all of them.";
  checkString(option, host, remedy);
  checkOption(HOST_NAME.test(host), option, 'must be a name or an IP address', host, remedy);
  return host;
}

function checkHosts(option: string, hosts: readonly string[]): readonly string[] {
  const remedy = "Give names without ports, such as ['viewer.test'].";
  for (const host of checkStrings(option, hosts, remedy)) {
    checkOption(HOST_NAME.test(host), option, 'must be names or IP addresses', host, remedy);
  }
  // In a Host header, an IPv6 address stands in brackets.
  return hosts.map((host) => (host.includes(':') ? `[${host}]` : host).toLowerCase());
}

function checkToken(option: string, token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const isUsable = typeof token === 'string' && TOKEN.test(token);
  const received = typeof token === 'string' ? 'a text with other characters' : typeof token;
  checkOption(
    isUsable,
    option,
    'must be printable ASCII without spaces',
    received,
    'Give letters and digits, such as the output of `openssl rand -hex 16`.',
  );
  return token;
}

function checkOrigins(
  option: string,
  origins: readonly string[] | undefined,
): readonly string[] | undefined {
  if (origins === undefined) return undefined;
  const remedy = "Give scheme, name and port, such as ['http://localhost:5173'].";
  for (const origin of checkStrings(option, origins, remedy)) {
    const isOrigin = URL.canParse(origin) && new URL(origin).origin === origin;
    checkOption(isOrigin, option, 'must be origins, without a path', origin, remedy);
  }
  return origins;
}
