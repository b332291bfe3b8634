import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { doorSignatures, signatureChanges } from './door-signatures.js';
import { DOORS } from './doors.js';
import { emitDeclarations } from './emitted-declarations.js';
import { hiddenTypes } from './hidden-types.js';
import { undocumentedMembers } from './member-docstrings.js';
import { declarationsOf, PublicTypes } from './public-types.js';
import { listFiles, ROOT, readText } from './source-tree.js';

const SPAN_STORAGE = 'how a span keeps what it holds, for the encoders of the library';
const INJECTED_HANDLER = 'Nest constructs the interceptor and injects the handler';
const OWN_CONSTRUCTION = 'only the library constructs `Tracing` and `TracingStatistics`';
const GRPC_JS = 'a part of `@grpc/grpc-js`, which users hand in as a whole';

/** Types that users see in signatures and need not import, each with the reason. */
const NOT_EXPORTED: Readonly<Record<string, string>> = {
  AttributeList: SPAN_STORAGE,
  ENVIRONMENT_PROPAGATOR_NAMES: 'the list that `EnvironmentPropagatorName` is made from',
  RESOURCE_DETECTOR_NAMES: 'the list that `ResourceDetectorName` is made from',
  EnvironmentSettings: OWN_CONSTRUCTION,
  GrpcClient: GRPC_JS,
  GrpcMetadataWriter: GRPC_JS,
  GrpcServerHandler: INJECTED_HANDLER,
  HttpServerHandler: INJECTED_HANDLER,
  LogEmitter: OWN_CONSTRUCTION,
  PipelineState: 'how `TracingStatistics` and the metrics of the library read span processors',
  EncodingExporterOptions: 'what the exporters of the library hand to their base',
  EncodingMetricExporter: 'only a base of the metric exporters that users import',
  MetricPoint: 'what the exporters of metrics hand to their base',
  EncodingExporter: 'only a base of the exporters that users import',
  EncodedBatch: 'what `SpanBatch` and `LogRecordBatch` have in common',
  Exporter: 'what `SpanExporter` and `LogRecordExporter` have in common',
  ResolvedParts: OWN_CONSTRUCTION,
  SpanEvent: SPAN_STORAGE,
  SpanLink: SPAN_STORAGE,
  SpansInFlight: OWN_CONSTRUCTION,
  TimeAnchor: SPAN_STORAGE,
  TracerCore: 'what the tracers of an application share; only the library constructs them',
  TracerProvider: 'users import the `TracerProvider` of `@opentelemetry/api`, which it implements',
};

/** What packages and the language document of types that ours extend or implement. */
const CONTRACTS: Readonly<Record<string, readonly string[]>> = {
  // @opentelemetry/api
  Span: [
    'addEvent',
    'addLink',
    'addLinks',
    'end',
    'isRecording',
    'recordException',
    'setAttributes',
    'updateName',
  ],
  TextMapPropagator: ['extract', 'fields', 'inject'],
  TraceState: ['get', 'unset'],
  // @nestjs/common
  NestInterceptor: ['intercept'],
  // The language
  Error: ['name'],
};

// Never in CI: there the committed file is what counts.
const isUpdateWanted = process.env.UPDATE_PUBLIC_SURFACE === '1' && process.env.CI === undefined;

const types = new PublicTypes(emitDeclarations(), DOORS);

function fileOf(door: string): string {
  return `${door.replaceAll('/', '-')}.txt`;
}

describe('the folder public-surface', () => {
  it('has one file for each door', () => {
    expect(listFiles('test/architecture/public-surface')).toEqual(
      Object.keys(DOORS).map(fileOf).sort(),
    );
  });
});

describe.each(Object.keys(DOORS))('the door %s', (door) => {
  it('exports the signatures that its committed file lists', () => {
    const file = `test/architecture/public-surface/${fileOf(door)}`;
    const signatures = doorSignatures(types, door);
    if (isUpdateWanted) writeFileSync(join(ROOT, file), signatures);
    const committed = existsSync(join(ROOT, file)) ? readText(file) : '';
    if (signatures === committed) return;
    throw new Error(
      `The door ${door} does not export what ${file} lists.\n\n` +
        `${signatureChanges(committed, signatures)}\n\n` +
        'If the change is intended, update the file and commit it for review:\n' +
        '  UPDATE_PUBLIC_SURFACE=1 npm test -- test/architecture/public-surface',
    );
  });

  it('has a docstring on everything that it exports', () => {
    const bare = (types.byDoor.get(door) ?? [])
      .filter((type) => !declarationsOf(type).some(({ hasDocstring }) => hasDocstring))
      .map(({ publicName, file }) => `${publicName} in lib/${file.path}`);
    expect(bare).toEqual([]);
  });

  it('exports each name once', () => {
    const names = (types.byDoor.get(door) ?? []).map(({ publicName }) => publicName);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe('every member of an exported type', () => {
  it('has a docstring, of its own or of a base', () => {
    expect(undocumentedMembers(types, CONTRACTS)).toEqual([]);
  });

  it('is documented by a contract only where it has no docstring', () => {
    const bare = undocumentedMembers(types, {}).map((member) => member.split('.')[1]);
    const needless = Object.values(CONTRACTS)
      .flat()
      .filter((name) => !bare.includes(name));
    expect(needless).toEqual([]);
  });
});

describe('every type in an exported signature', () => {
  const hidden = hiddenTypes(types);

  it('is exported by a door', () => {
    const missing = hidden
      .filter(({ name }) => !(name in NOT_EXPORTED))
      .map(({ name, file, places }) => {
        return `${name} in lib/${file.path}, used by ${places.join(', ')}, is exported by no door`;
      });
    expect(missing).toEqual([]);
  });

  it('is an exception only while a signature uses it and no door exports it', () => {
    const names = hidden.map(({ name }) => name);
    expect(Object.keys(NOT_EXPORTED).filter((name) => !names.includes(name))).toEqual([]);
  });
});
