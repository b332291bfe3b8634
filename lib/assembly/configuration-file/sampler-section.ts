import type { Attributes } from '@opentelemetry/api';
import { type Context, type Link, SpanKind, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  AlwaysRecordSampler,
  JaegerRemoteSampler,
  ParentBasedSampler,
  ProbabilitySampler,
  type Sampler,
  type SamplingResult,
} from '../../sampling/index.js';
import type { Place } from './place.js';
import {
  choice,
  component,
  count,
  describe,
  lacking,
  list,
  object,
  type Reader,
  ratio,
  required,
  text,
} from './readers.js';

const IN_CODE =
  'Correct the name. Pass a sampler of your own in the option sampler, and remove this section.';

const empty = object({});
const alwaysOn: Reader<Sampler> = (value, place) => {
  empty(value, place);
  return new AlwaysOnSampler();
};
const alwaysOff: Reader<Sampler> = (value, place) => {
  empty(value, place);
  return new AlwaysOffSampler();
};

/**
 * `trace_id_ratio_based` too makes the consistent sampler that replaces it, as `OTEL_TRACES_SAMPLER=traceidratio`
 * does.
 */
const probability: Reader<Sampler> = (value, place) =>
  new ProbabilitySampler(object({ ratio })(value, place).ratio ?? 1);

/** Reads `.tracer_provider.sampler`. */
export const sampler: Reader<Sampler> = (value, place) => anySampler(value, place);

// Through functions, because samplers contain samplers.
const nested: Reader<Sampler> = (value, place) => anySampler(value, place);
const nestedComposable: Reader<Sampler> = (value, place) => composable(value, place);

function parentBased(value: unknown, place: Place): Sampler {
  const given = object({
    root: nested,
    remote_parent_sampled: nested,
    remote_parent_not_sampled: nested,
    local_parent_sampled: nested,
    local_parent_not_sampled: nested,
  })(value, place);
  return new ParentBasedSampler({
    root: given.root ?? new AlwaysOnSampler(),
    remoteParentSampled: given.remote_parent_sampled,
    remoteParentNotSampled: given.remote_parent_not_sampled,
    localParentSampled: given.local_parent_sampled,
    localParentNotSampled: given.local_parent_not_sampled,
  });
}

function alwaysRecord(value: unknown, place: Place): Sampler {
  return new AlwaysRecordSampler(object({ root: required(nested) })(value, place).root);
}

function parentThreshold(value: unknown, place: Place): Sampler {
  const { root } = object({ root: required(nestedComposable) })(value, place);
  return new ParentBasedSampler({ root });
}

/** The sampler asks for its first strategies at once, and keeps a share of the traces until they arrive. */
const initialRate: Reader<number | undefined> = (value, place) => {
  nested(value, place);
  const [[name, settings] = []] = Object.entries(value as object);
  if (name === 'always_on') return 1;
  if (name === 'always_off') return 0;
  if (name === 'trace_id_ratio_based' || name === 'probability/development') {
    return object({ ratio })(settings, place).ratio ?? 1;
  }
  return lacking(value, place);
};

const jaegerRemote: Reader<Sampler> = (value, place) => {
  const { endpoint, interval, initial_sampler } = object({
    endpoint: required(text),
    interval: count(1),
    initial_sampler: required(initialRate),
  })(value, place);
  const { serviceName = 'unknown', diagnostics } = place.facts.sampling ?? {};
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    throw place
      .property('endpoint')
      .error(
        'must be the URL of a server of sampling strategies by HTTP',
        describe(endpoint),
        'Write it in full, such as http://localhost:5778/sampling.',
      );
  }
  return new JaegerRemoteSampler({
    serviceName,
    endpoint,
    pollingIntervalMillis: interval,
    initialSamplingRate: initial_sampler,
    diagnostics,
  });
};

const patterns = list(text);
const spanKind = choice(['internal', 'server', 'client', 'producer', 'consumer']);
const parentKind = choice(['none', 'remote', 'local']);
const rule = object({
  attribute_values: object({ key: required(text), values: required(list(text)) }),
  attribute_patterns: object({ key: required(text), included: patterns, excluded: patterns }),
  span_kinds: list(spanKind),
  parent: list(parentKind),
  sampler: required(nestedComposable),
});

function ruleBased(value: unknown, place: Place): Sampler {
  const { rules = [] } = object({ rules: list(rule) })(value, place);
  return new FileRulesSampler(rules);
}

type Rule = ReturnType<typeof rule>;

/** Evaluates the rules of a file in their order; a span that matches none of them is not sampled. */
class FileRulesSampler implements Sampler {
  /** False: different rules can apply to a parent and its child. */
  readonly followsUnsampledParent = false;
  readonly #rules: readonly { readonly fits: RulePredicate; readonly sampler: Sampler }[];
  readonly #otherwise = new AlwaysOffSampler();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules.map((rule) => ({ fits: compile(rule), sampler: rule.sampler }));
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const fitting = this.#rules.find(({ fits }) => fits(context, spanKind, attributes));
    const sampler = fitting?.sampler ?? this.#otherwise;
    return sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
  }

  toString(): string {
    return `RuleBased{${this.#rules.map(({ sampler }) => String(sampler)).join(',')}}`;
  }
}

type RulePredicate = (context: Context, spanKind: SpanKind, attributes: Attributes) => boolean;

function compile({
  attribute_values,
  attribute_patterns,
  span_kinds,
  parent,
}: Rule): RulePredicate {
  const kinds = span_kinds?.map((kind) => KINDS[kind ?? 'internal']);
  const included = attribute_patterns?.included?.map(compilePattern);
  const excluded = attribute_patterns?.excluded?.map(compilePattern);
  return (context, spanKind, attributes) =>
    (kinds === undefined || kinds.includes(spanKind)) &&
    (parent === undefined || parent.includes(parentOf(context))) &&
    (attribute_values === undefined ||
      textsOf(attributes, attribute_values.key).some((value) =>
        attribute_values.values.includes(value),
      )) &&
    (attribute_patterns === undefined ||
      textsOf(attributes, attribute_patterns.key).some(
        (value) =>
          (included === undefined || included.some((pattern) => pattern.test(value))) &&
          !excluded?.some((pattern) => pattern.test(value)),
      ));
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

function parentOf(context: Context): 'none' | 'remote' | 'local' {
  const parent = trace.getSpanContext(context);
  if (parent === undefined) return 'none';
  return parent.isRemote === true ? 'remote' : 'local';
}

/** The value of an attribute as a text; each item of an array. A missing attribute has no text. */
function textsOf(attributes: Attributes, key: string): string[] {
  const value = attributes[key];
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** `*` matches any number of characters, and `?` one. */
function compilePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

const composable: Reader<Sampler> = component<Sampler>(
  'composable sampler',
  {
    always_on: alwaysOn,
    always_off: alwaysOff,
    probability,
    parent_threshold: parentThreshold,
    rule_based: ruleBased,
  },
  IN_CODE,
);

const anySampler: Reader<Sampler> = component<Sampler>(
  'sampler',
  {
    always_on: alwaysOn,
    always_off: alwaysOff,
    always_record: alwaysRecord,
    parent_based: parentBased,
    trace_id_ratio_based: probability,
    'probability/development': probability,
    'composite/development': composable,
    'jaeger_remote/development': jaegerRemote,
  },
  IN_CODE,
);
