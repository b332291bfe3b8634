import { describe, expect, it } from '@jest/globals';
import { configuration } from '../../../../lib/assembly/configuration-file/configuration-model.js';
import { messageOf, placeInFile } from './configuration-files.js';

const exporter = { otlp_http: null };
const SPANS = { processors: [{ simple: { exporter } }] };

const read = (sections: object, place = placeInFile()) =>
  configuration({ file_format: '1.0', ...sections }, place);

describe('a configuration', () => {
  it.each(['1.0', '1.1', 1, 1.1, '1.0-rc.3'])('has the format %j', (file_format) => {
    const place = placeInFile();
    expect(configuration({ file_format }, place).tracer_provider).toBeUndefined();
    expect(place.facts.isNewer).toBe(false);
  });

  it('of a later version notes unknown settings', () => {
    const place = placeInFile();
    const tracer_provider = { ...SPANS, span_colour: 'blue' };
    configuration({ file_format: '1.7', tracer_provider }, place);
    expect([...place.facts.lacking]).toEqual(['tracer_provider.span_colour']);
  });

  it.each([
    [{}, /file_format must be set, but it is missing/],
    [{ file_format: '0.4' }, /file_format must be a version of the file format that begins with 1/],
    [{ file_format: '2.0' }, /but it is "2\.0"/],
    [{ file_format: [] }, /file_format must be a string/],
    [null, /file_format must be set/],
    [[], /otel\.yaml must be an object, but it is an array/],
    ['x', /otel\.yaml must be an object, but it is "x"/],
    [{ file_format: '1.0', tracer_providers: SPANS }, /tracer_providers must be a setting/],
  ])('refuses %j', (value, expected) => {
    expect(messageOf(() => configuration(value, placeInFile()))).toMatch(expected);
  });

  it('has processors with the settings of their batches', () => {
    const batch = {
      exporter,
      schedule_delay: 10,
      export_timeout: 0,
      max_queue_size: 100,
      max_export_batch_size: 50,
    };
    const processors = [{ batch }, { simple: { exporter: { console: null } } }];
    const all = read({ tracer_provider: { processors } }).tracer_provider?.processors;
    expect(all).toMatchObject([
      {
        isSimple: false,
        exporter: { kind: 'otlp' },
        batch: {
          scheduledDelayMillis: 10,
          exportTimeoutMillis: 2 ** 31 - 1,
          maxQueueSize: 100,
          maxExportBatchSize: 50,
        },
      },
      { isSimple: true, exporter: { kind: 'console' }, batch: {} },
    ]);
  });

  it.each<[object, RegExp]>([
    [{ tracer_provider: null }, /tracer_provider\.processors must be set/],
    [{ tracer_provider: { processors: [] } }, /at least one item/],
    [{ tracer_provider: { processors: [{ batch: null }] } }, /batch\.exporter must be set/],
    [
      { tracer_provider: { processors: [{ batch: { exporter, shedule_delay: 1 } }] } },
      /tracer_provider\.processors\[0\]\.batch\.shedule_delay must be a setting/,
    ],
    [
      {
        tracer_provider: {
          processors: [{ batch: { exporter, max_queue_size: 1, max_export_batch_size: 2 } }],
        },
      },
      /max_export_batch_size must not be larger than max_queue_size, 1, but it is 2/,
    ],
    [{ tracer_provider: { ...SPANS, id_generator: { mine: null } } }, /Use the option idGenerator/],
    [{ tracer_provider: { ...SPANS, limits: { event_count_limit: -1 } } }, /event_count_limit/],
    [{ attribute_limits: { attribute_count_limit: 1.5 } }, /attribute_count_limit must be a whole/],
    [{ disabled: 'no' }, /disabled must be true or false, but it is "no"/],
    [{ log_level: 'loud' }, /log_level must be one of trace, trace2/],
    [{ propagator: { composite: [{ mine: null }] } }, /composite\[0\] must name a propagator/],
    [{ propagator: { composite_list: 'b3,mine' } }, /composite_list must be one of tracecontext/],
    [{ meter_provider: { readers: [{ periodic: {} }] } }, /periodic\.exporter must be set/],
    [{ logger_provider: {} }, /logger_provider\.processors must be set/],
    [{ resource: { attributes: [{ name: 'a' }] } }, /attributes\[0\]\.value must be set/],
    [{ resource: { attributes: [{ name: 'a', value: 1 }] } }, /value must be a string, .*number 1/],
    [
      { resource: { attributes: [{ name: 'a', value: 1.5, type: 'int' }] } },
      /must be of the type int/,
    ],
    [{ resource: { attributes: [{ name: 'a', value: 'x', type: 'text' }] } }, /must be one of/],
    [{ resource: { attributes_list: 'a' } }, /must be a list such as key1=value1/],
  ])('refuses %j', (sections, expected) => {
    expect(messageOf(() => read(sections))).toMatch(expected);
  });

  it('has propagators of both lists, each once', () => {
    const propagator = {
      composite: [{ tracecontext: null }, { baggage: {} }],
      composite_list: ' baggage, b3,',
    };
    expect(read({ propagator }).propagator).toEqual(['tracecontext', 'baggage', 'b3']);
    expect(read({ propagator: null }).propagator).toEqual([]);
  });

  it('has attributes of every type', () => {
    const attributes = [
      { name: 'string', value: 'x' },
      { name: 'bool', value: false, type: 'bool' },
      { name: 'int', value: 1, type: 'int' },
      { name: 'double', value: 1.5, type: 'double' },
      { name: 'strings', value: ['a', 'b'], type: 'string_array' },
      { name: 'ints', value: [1, 2], type: 'int_array' },
      { name: 'nothing', value: null },
    ];
    expect(
      Object.assign({}, ...(read({ resource: { attributes } }).resource?.attributes ?? [])),
    ).toEqual({
      string: 'x',
      bool: false,
      int: 1,
      double: 1.5,
      strings: ['a', 'b'],
      ints: [1, 2],
    });
  });

  it('has metric readers', () => {
    const periodic = { interval: 5, timeout: 6, exporter, cardinality_limits: { default: 7 } };
    const meter_provider = { readers: [{ pull: { exporter: {} } }, { periodic }] };
    const place = placeInFile();
    expect(read({ meter_provider }, place).meter_provider?.readers).toMatchObject([
      undefined,
      { intervalMillis: 5, timeoutMillis: 6, maxSeriesCount: 7 },
    ]);
    expect([...place.facts.lacking]).toEqual(['meter_provider.readers[0].pull']);
  });

  it('notes all sections that the library does not have', () => {
    const place = placeInFile();
    read(
      {
        'instrumentation/development': { js: {} },
        distribution: { vendor: {} },
        resource: { 'detection/development': { detectors: [{ host: null }] } },
        tracer_provider: { ...SPANS, 'tracer_configurator/development': {} },
        meter_provider: { readers: [{ periodic: { exporter } }], exemplar_filter: 'always_on' },
        logger_provider: {
          processors: [{ 'event_to_span_event_bridge/development': null }],
        },
      },
      place,
    );
    expect([...place.facts.lacking].sort()).toEqual([
      'distribution',
      'instrumentation/development',
      'logger_provider.processors[0].event_to_span_event_bridge/development',
      'meter_provider.exemplar_filter',
      'resource.detection/development',
      'tracer_provider.tracer_configurator/development',
    ]);
  });
});
