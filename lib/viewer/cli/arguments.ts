import { parseArgs } from 'node:util';
import { DEFAULT_PORT, type TracingViewerOptions } from '../module/viewer-options.js';

/** The command `viewer`. */
export interface ViewerCommand {
  readonly name: 'viewer';
  readonly options: TracingViewerOptions;
  /** Files with traces. */
  readonly files: readonly string[];
  /** A command to start, with its arguments; empty for none. */
  readonly child: readonly string[];
  /** Whether a browser is opened. */
  readonly opensBrowser: boolean;
}

/** The command `trace`. */
export interface TraceCommand {
  readonly name: 'trace';
  readonly port: number;
  readonly token: string | undefined;
  /** The id of the trace, or its first digits; undefined for the newest trace. */
  readonly id: string | undefined;
  readonly isFailed: boolean;
  /** Only traces with a span of this service. */
  readonly service: string | undefined;
  /** The file to which the trace is written as HTML; undefined to print it as text. */
  readonly htmlFile: string | undefined;
}

/** What a command line asks for. */
export type Command =
  | ViewerCommand
  | TraceCommand
  | { readonly name: 'help' | 'version' }
  | { readonly name: 'mistake'; readonly message: string };

/** The help of the command. */
export const USAGE = `Usage:
  nestjs-traced viewer [options] [files]            receives and shows traces
  nestjs-traced viewer [options] -- command         … and starts a command that sends its spans there
  nestjs-traced trace [id] [--last] [--failed]      prints a trace of the viewer that runs

Files: OTLP in JSON (also with a request in each line) or protobuf, and JSON of Jaeger.

Options of viewer:
  --port number        the port of page and OTLP; 0 for any free one (${DEFAULT_PORT})
  --grpc-port number   the port of OTLP over gRPC (4317); needs the package @grpc/grpc-js
  --no-grpc            no OTLP over gRPC
  --host address       the address to listen on (127.0.0.1); others need a token
  --allowed-host name  a further name by which browsers reach the viewer; may be repeated
  --token text         a secret that every request must have
  --max-bytes number   memory for traces and logs (268435456)
  --max-traces number  the most traces to keep (20000)
  --persist            keeps traces in files, so that they survive a restart of the viewer
  --editor name        what links to source code open (vscode): also cursor, zed, webstorm, idea, or an
                       address with {file}, {line} and {column}
  --source-root folder a folder whose files may be shown (the working directory); may be repeated
  --path-map from=to   where a folder of another machine is on this one, as /app=/home/me/shop; may be
                       repeated
  --no-open            opens no browser

Options of trace:
  --last               the newest trace; the default
  --failed             the newest trace with a failed span
  --service name       the newest trace with a span of the service
  --html file          writes the trace with the page into a file, which opens without the viewer
  --port, --token      of the viewer

  --help, --version
`;

/** Reads the arguments of the command line, without those of Node. Does not throw. */
export function readArguments(args: readonly string[]): Command {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    return { name: 'help' };
  }
  if (name === '--version' || name === '-v') return { name: 'version' };
  try {
    if (name === 'viewer') return readViewer(rest);
    if (name === 'trace') return readTrace(rest);
    return { name: 'mistake', message: `There is no command ${JSON.stringify(name)}.` };
  } catch (error) {
    // parseArgs names the option.
    return { name: 'mistake', message: (error as Error).message };
  }
}

function readViewer(args: readonly string[]): Command {
  const separator = args.indexOf('--');
  const own = separator === -1 ? args : args.slice(0, separator);
  const child = separator === -1 ? [] : args.slice(separator + 1);
  const { values, positionals } = parseArgs({
    args: [...own],
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      'grpc-port': { type: 'string' },
      'no-grpc': { type: 'boolean' },
      host: { type: 'string' },
      'allowed-host': { type: 'string', multiple: true },
      token: { type: 'string' },
      'max-bytes': { type: 'string' },
      'max-traces': { type: 'string' },
      persist: { type: 'boolean' },
      editor: { type: 'string' },
      'source-root': { type: 'string', multiple: true },
      'path-map': { type: 'string', multiple: true },
      'no-open': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return { name: 'help' };
  if (separator !== -1 && child.length === 0) {
    return { name: 'mistake', message: 'A command must follow --.' };
  }
  const options: TracingViewerOptions = {
    port: numberOf(values.port),
    grpcPort: values['no-grpc'] ? false : numberOf(values['grpc-port']),
    host: values.host,
    allowedHosts: values['allowed-host'],
    token: values.token,
    maxBytes: numberOf(values['max-bytes']),
    maxTraces: numberOf(values['max-traces']),
    persist: values.persist ?? false,
    editor: values.editor,
    sourceRoots: values['source-root'],
    pathMap: values['path-map'] && Object.fromEntries(values['path-map'].map(pathsOf)),
  };
  return { name: 'viewer', options, files: positionals, child, opensBrowser: !values['no-open'] };
}

function readTrace(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      last: { type: 'boolean' },
      failed: { type: 'boolean' },
      service: { type: 'string' },
      html: { type: 'string' },
      port: { type: 'string' },
      token: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return { name: 'help' };
  const [id, ...others] = positionals;
  if (others.length > 0) return { name: 'mistake', message: 'One trace is printed at a time.' };
  if (id !== undefined && !/^[0-9a-f]{4,32}$/.test(id)) {
    return { name: 'mistake', message: 'The id of a trace has 4 to 32 hexadecimal digits.' };
  }
  if (values.html === '') return { name: 'mistake', message: '--html needs the name of a file.' };
  const port = numberOf(values.port) ?? DEFAULT_PORT;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return { name: 'mistake', message: '--port must be a whole number from 1 to 65535.' };
  }
  return {
    name: 'trace',
    port,
    token: values.token,
    id,
    isFailed: values.failed ?? false,
    service: values.service,
    htmlFile: values.html,
  };
}

/** NaN for a text that is no number; the checks of the options refuse it. */
function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** @throws Error for a text without both folders */
function pathsOf(text: string): [string, string] {
  const [, from, to] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return [from, to];
  throw new Error(`--path-map must be two folders, as /app=/home/me/shop, but is ${text}`);
}
