import { basename, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TemporalityPreference } from '../../export/metric-exporter.js';
import { checkHeaders, isTarget } from '../../export/transport/target.js';
import { parsePairList } from '../pair-list.js';
import type { Place } from './place.js';
import {
  choice,
  component,
  count,
  describe,
  flag,
  lacking,
  list,
  object,
  type Reader,
  required,
  requiredOrNull,
  text,
  timeout,
} from './readers.js';

/** An OTLP exporter as the file describes it. */
export interface OtlpDescription {
  readonly kind: 'otlp';
  readonly protocol: 'grpc' | 'http/protobuf' | 'http/json';
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMillis: number | undefined;
  readonly compression: 'gzip' | 'none' | undefined;
  readonly maxRequestBytes: number | undefined;
  readonly tls: Readonly<Partial<Record<'ca' | 'cert' | 'key', Buffer>>>;
  readonly temporalityPreference: TemporalityPreference | undefined;
  readonly place: Place;
}

/** An exporter as the file describes it. Nothing is opened before it is created. */
export type ExporterDescription =
  | OtlpDescription
  | { readonly kind: 'console'; readonly temporalityPreference: TemporalityPreference | undefined }
  | { readonly kind: 'file'; readonly path: string; readonly place: Place };

const pairs = list(object({ name: required(text), value: requiredOrNull(text) }));
const pem: Reader<Buffer> = (value, place) => {
  const path = text(value, place);
  if (!isAbsolute(path)) {
    throw place.error(
      'must be the absolute path of a PEM file',
      describe(path),
      'Write the whole path.',
    );
  }
  try {
    return process.getBuiltinModule('node:fs').readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    throw place.error(
      'must be a file that can be read',
      `${JSON.stringify(path)} (${code})`,
      'Correct the path, or the permissions of the file.',
    );
  }
};

/** Reads a list of pairs, percent-encoded. The message does not show it: values can be secrets. */
export const pairList: Reader<Readonly<Record<string, string>>> = (value, place) => {
  const parsed = parsePairList(text(value, place));
  if (parsed.badEntry === undefined) return parsed.pairs;
  throw place.error(
    'must be a list such as key1=value1,key2=value2, percent-encoded',
    `not so at entry ${parsed.badEntry}`,
    'Write commas, semicolons and percent signs as %2C, %3B and %25.',
  );
};

const TLS = { ca_file: pem, key_file: pem, cert_file: pem };
const OTLP = {
  endpoint: text,
  headers: pairs,
  headers_list: pairList,
  compression: choice(['gzip', 'none']),
  // Zero means no limit; requests are never longer than this.
  max_request_size: count(0),
  max_response_size: lacking,
  timeout,
};
const METRICS = {
  temporality_preference: choice(['cumulative', 'delta', 'low_memory']),
  default_histogram_aggregation: choice(
    ['explicit_bucket_histogram'],
    ['base2_exponential_bucket_histogram'],
  ),
};

const otlpHttp = { ...OTLP, tls: object(TLS), encoding: choice(['protobuf', 'json']) };
const otlpGrpc = { ...OTLP, tls: object({ ...TLS, insecure: flag }) };
const file = object({ output_stream: text });

/** The exporters of spans. */
export const spanExporter: Reader<ExporterDescription | undefined> = component(
  'span exporter',
  {
    otlp_http: (value, place) => describeHttp(object(otlpHttp)(value, place), place),
    otlp_grpc: (value, place) => describeGrpc(object(otlpGrpc)(value, place), place),
    'otlp_file/development': describeFile,
    console: describeConsole(object({})),
  },
  'Correct the name. Pass an exporter of your own in the option exporter, and remove this section.',
);

/** The exporters of log records. */
export const logExporter: Reader<ExporterDescription | undefined> = component(
  'log record exporter',
  {
    otlp_http: (value, place) => describeHttp(object(otlpHttp)(value, place), place),
    otlp_grpc: (value, place) => describeGrpc(object(otlpGrpc)(value, place), place),
    'otlp_file/development': lacking,
    // The lines of the application's logger are on the console already.
    console: lacking,
  },
  'Correct the name. Pass an exporter of your own in the option logExporter, and remove this section.',
);

/** The exporters of metrics. */
export const metricExporter: Reader<ExporterDescription | undefined> = component(
  'metric exporter',
  {
    otlp_http: (value, place) => {
      const given = object({ ...otlpHttp, ...METRICS })(value, place);
      return { ...describeHttp(given, place), temporalityPreference: preferenceOf(given) };
    },
    otlp_grpc: (value, place) => {
      const given = object({ ...otlpGrpc, ...METRICS })(value, place);
      return { ...describeGrpc(given, place), temporalityPreference: preferenceOf(given) };
    },
    'otlp_file/development': lacking,
    console: describeConsole(object(METRICS)),
  },
  'Correct the name. Pass an exporter of your own in the option metricExporter, and remove this section.',
);

type Otlp = ReturnType<ReturnType<typeof object<typeof OTLP>>>;
type Tls = ReturnType<ReturnType<typeof object<typeof TLS>>>;

function describeHttp(
  given: Otlp & {
    readonly tls: Tls | undefined;
    readonly encoding: 'protobuf' | 'json' | undefined;
  },
  place: Place,
): OtlpDescription {
  const { encoding = 'protobuf', endpoint } = given;
  return {
    ...describeOtlp(given, place),
    protocol: `http/${encoding}`,
    url: endpoint === undefined ? undefined : checkEndpoint(endpoint, place),
  };
}

function describeGrpc(
  given: Otlp & { readonly tls: (Tls & { readonly insecure: boolean | undefined }) | undefined },
  place: Place,
): OtlpDescription {
  const { endpoint, tls } = given;
  // An endpoint without a scheme is host:port.
  const isComplete = endpoint === undefined || /^\w+:\/\//.test(endpoint);
  const url = isComplete ? endpoint : `${tls?.insecure ? 'http' : 'https'}://${endpoint}`;
  return {
    ...describeOtlp(given, place),
    protocol: 'grpc',
    url: url === undefined ? undefined : checkEndpoint(url, place),
  };
}

function describeOtlp(
  given: Otlp & { readonly tls: Tls | undefined },
  place: Place,
): Omit<OtlpDescription, 'protocol' | 'url'> {
  const { ca_file: ca, cert_file: cert, key_file: key } = given.tls ?? {};
  if ((cert === undefined) !== (key === undefined)) {
    throw place
      .property('tls')
      .error(
        'must have both cert_file and key_file, or neither',
        `without ${cert === undefined ? 'cert_file' : 'key_file'}`,
        'Add the other file.',
      );
  }
  return {
    kind: 'otlp',
    headers: readHeaders(given, place),
    timeoutMillis: given.timeout,
    compression: given.compression,
    maxRequestBytes: given.max_request_size === 0 ? undefined : given.max_request_size,
    tls: { ca, cert, key },
    temporalityPreference: undefined,
    place,
  };
}

function readHeaders(
  { headers = [], headers_list: listed = {} }: Otlp,
  place: Place,
): Record<string, string> {
  // Names of headers have no case: those of .headers take precedence.
  const all = new Map(Object.entries(listed).map(([name, value]) => [name.toLowerCase(), value]));
  for (const { name, value } of headers) {
    if (value !== undefined) all.set(name.toLowerCase(), value);
  }
  try {
    return checkHeaders('headers', Object.fromEntries(all));
  } catch {
    // Without the message of checkHeaders: a secret can be in the place of a name.
    throw place
      .property('headers')
      .error(
        'must be valid HTTP headers, and none that describe the body, such as content-type',
        'not so',
        'The values are not shown, because they can be secrets. Correct them.',
      );
  }
}

function checkEndpoint(url: string, place: Place): string {
  if (isTarget(url)) return url;
  throw place.property('endpoint').error(
    'must be the URL of a receiver',
    // An invalid URL can contain a password or an API key.
    describe(url.replace(/[^/]*@/, '***@').replace(/\?.*$/s, '?***')),
    'Write it in full, such as http://localhost:4318/v1/traces.',
  );
}

function preferenceOf(given: {
  readonly temporality_preference: 'cumulative' | 'delta' | 'low_memory' | undefined;
}): TemporalityPreference | undefined {
  const { temporality_preference: preference } = given;
  return preference === 'low_memory' ? 'lowmemory' : preference;
}

function describeConsole(
  reader: Reader<Partial<Parameters<typeof preferenceOf>[0]>>,
): Reader<ExporterDescription> {
  return (value, place) => {
    const { temporality_preference } = reader(value, place);
    return { kind: 'console', temporalityPreference: preferenceOf({ temporality_preference }) };
  };
}

/** The file exporter writes files that it finishes and replaces; the standard output has lines of another format. */
function describeFile(value: unknown, place: Place): ExporterDescription | undefined {
  const { output_stream: stream = 'stdout' } = file(value, place);
  if (stream === 'stdout') return lacking(value, place);
  const isFile = URL.canParse(stream) && new URL(stream).protocol === 'file:';
  if (!isFile || !/^[\w-][\w.-]*$/.test(basename(stream))) {
    throw place
      .property('output_stream')
      .error(
        'must be stdout or the URL of a file, whose name consists of letters, digits, _, . and -',
        describe(stream),
        'Write it such as file:///var/log/spans.jsonl.',
      );
  }
  return { kind: 'file', path: fileURLToPath(stream), place };
}
