import { randomBytes } from 'node:crypto';
import type { Attributes, Context, SpanKind } from '@opentelemetry/api';
import { Diagnostics } from '../../diagnostics.js';
import { checkMillis, checkOption, checkOptions, checkString } from '../../option-checks.js';
import { epochMillis, monotonicMillis } from '../../system-time.js';
import { checkEndpoint } from '../remote/check-endpoint.js';
import { RepeatedTask } from '../remote/repeated-task.js';
import { requestJson } from '../remote/request-json.js';
import type { Sampler, SamplingResult } from '../sampler.js';
import { parentOf, settledResult } from '../sampler-result.js';
import { XRayRules } from './rules.js';
import { parseRulePage, type XRayRule, type XRayService } from './sampling-rule.js';
import { parseTargets } from './sampling-target.js';

/** Options of an {@link XRaySampler}. */
export interface XRaySamplerOptions {
  /** The service that rules are compared with: the `serviceName` of the tracing. */
  readonly serviceName: string;
  /**
   * The type of the service, such as `AWS::ECS::Container`. Without it, only rules with the service type `*` match.
   * @default none
   */
  readonly serviceType?: string;
  /** The ARN of the resource. Without it, only rules with the resource ARN `*` match. @default none */
  readonly resourceArn?: string;
  /**
   * The TCP endpoint of the X-Ray daemon, the CloudWatch agent, or the `awsproxy` extension of an OpenTelemetry
   * Collector, which sign the requests.
   * @default 'http://127.0.0.1:2000'
   */
  readonly endpoint?: string;
  /** Time between two requests for rules, in milliseconds, at least 1. It varies by a tenth. @default 300000 */
  readonly rulesIntervalMillis?: number;
  /**
   * Time between two reports, in milliseconds, at least 1. It varies by a tenth. X-Ray can ask for fewer reports
   * about a rule.
   * @default 10000
   */
  readonly targetsIntervalMillis?: number;
  /** Time for one request, in milliseconds, at least 1. @default 5000 */
  readonly timeoutMillis?: number;
  /** Receives reports about the server. @default new Diagnostics() */
  readonly diagnostics?: Diagnostics;
}

const ENDPOINT = 'http://127.0.0.1:2000';
/** X-Ray has 25 rules a region by default. */
const MAX_PAGES = 20;
/** Each trace asks them one after the other. */
const MAX_RULES = 1000;
const CLIENT_ID_BYTES = 12;

/**
 * Decides by the centralized sampling rules of AWS X-Ray: the first rule that fits keeps the first traces of each
 * second, its reservoir, and a share of the others. All processes of an account share the reservoirs; X-Ray assigns
 * each one its part. The share is selected by the same threshold as that of the other samplers of this library. Use
 * it as the root of a `ParentBasedSampler` to follow callers.
 *
 * The sampler asks for rules, and reports what they have decided, from its first decision, or the start of its
 * application, until {@link shutdown}. Without rules, or an hour after the latest ones, it keeps one trace per second
 * and 5 % of the others. Failures are reported once and counted. The requests are not traced. Spans with a parent in
 * this process follow the decision of the parent.
 * Spec: AWS X-Ray Developer Guide, "Using sampling rules with the X-Ray API".
 *
 * @example
 * new ParentBasedSampler({ root: new XRaySampler({ serviceName: 'orders' }) })
 */
export class XRaySampler implements Sampler {
  readonly followsUnsampledParent = true;
  /** False: rules compare attributes. */
  readonly ignoresAttributes = false;
  readonly #service: XRayService;
  readonly #endpoint: URL;
  readonly #timeoutMillis: number;
  readonly #diagnostics: Diagnostics;
  readonly #clientId = randomBytes(CLIENT_ID_BYTES).toString('hex').toUpperCase();
  readonly #rules = new XRayRules({ monotonicMillis, epochMillis });
  readonly #rulesPolling: RepeatedTask;
  readonly #targetsPolling: RepeatedTask;
  #latestModificationEpochMillis: number | undefined;
  #hasStarted = false;

  /** @throws TracingConfigError for an invalid option */
  constructor(options: XRaySamplerOptions) {
    checkOptions('XRaySampler', options);
    this.#service = {
      name: checkString(
        'XRaySampler.serviceName',
        options.serviceName,
        'Give the serviceName of the tracing, such as "orders".',
      ),
      type: checkText('XRaySampler.serviceType', options.serviceType),
      resourceArn: checkText('XRaySampler.resourceArn', options.resourceArn),
    };
    this.#endpoint = checkEndpoint('XRaySampler.endpoint', options.endpoint ?? ENDPOINT);
    const rulesIntervalMillis = checkMillis(
      'XRaySampler.rulesIntervalMillis',
      options.rulesIntervalMillis,
      300_000,
      1,
    );
    const targetsIntervalMillis = checkMillis(
      'XRaySampler.targetsIntervalMillis',
      options.targetsIntervalMillis,
      10_000,
      1,
    );
    this.#timeoutMillis = checkMillis('XRaySampler.timeoutMillis', options.timeoutMillis, 5000, 1);
    this.#diagnostics = options.diagnostics ?? new Diagnostics();
    this.#rulesPolling = new RepeatedTask(
      () => rulesIntervalMillis,
      (signal) => this.#updateRules(signal),
    );
    this.#targetsPolling = new RepeatedTask(
      () => targetsIntervalMillis,
      (signal) => this.#report(signal),
    );
  }

  /** Starts to ask for rules. Has no effect if it has been called. */
  start(): void {
    this.#hasStarted = true;
    this.#rulesPolling.start();
    this.#targetsPolling.start(false);
  }

  /** Stops asking for rules. The latest ones stay in use for an hour. */
  shutdown(): void {
    this.#hasStarted = true;
    this.#rulesPolling.stop();
    this.#targetsPolling.stop();
  }

  shouldSample(
    context: Context,
    traceId: string,
    _spanName: string,
    _spanKind: SpanKind,
    attributes: Attributes,
  ): SamplingResult {
    if (!this.#hasStarted) this.start();
    const parent = parentOf(context, traceId);
    const settled = settledResult(context, parent);
    if (settled !== undefined) return settled;
    const inherited = parent?.traceState;
    return this.#rules.stateFor(this.#service, attributes).decide(traceId, inherited);
  }

  toString(): string {
    return `XRaySampler{${this.#rules}}`;
  }

  /** Never rejects. */
  async #updateRules(signal: AbortSignal): Promise<void> {
    try {
      const rules: XRayRule[] = [];
      let invalidCount = 0;
      let nextToken: string | undefined;
      let pageCount = 0;
      do {
        const body = nextToken === undefined ? {} : { NextToken: nextToken };
        const page = parseRulePage(await this.#post('/GetSamplingRules', body, signal));
        rules.push(...page.rules);
        invalidCount += page.invalidCount;
        nextToken = page.nextToken;
      } while (nextToken !== undefined && ++pageCount < MAX_PAGES && rules.length < MAX_RULES);
      if (signal.aborted) return;
      this.#rules.replace(rules.slice(0, MAX_RULES));
      if (invalidCount > 0) {
        this.#diagnostics.report(
          'Sampling rules of X-Ray have unknown versions or invalid members, and are ignored',
          undefined,
          invalidCount,
        );
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#diagnostics.report(
        'The sampling rules of X-Ray could not be read. The latest ones stay in use for an hour',
        this.#describe(error),
      );
    }
  }

  /** Reports what the rules have decided, and takes over the targets. Never rejects. */
  async #report(signal: AbortSignal): Promise<void> {
    const reported = this.#rules.takeCounts();
    if (reported.length === 0) return;
    const documents = reported.map(([state, { requests, sampled, borrowed }]) => ({
      ClientID: this.#clientId,
      RuleName: state.rule.name,
      Timestamp: Math.floor(epochMillis() / 1000),
      RequestCount: requests,
      SampledCount: sampled,
      BorrowCount: borrowed,
    }));
    try {
      const body = { SamplingStatisticsDocuments: documents };
      const answer = parseTargets(await this.#post('/SamplingTargets', body, signal));
      this.#rules.assign(answer.targets);
      for (const [state, counts] of reported) {
        if (answer.unprocessed.has(state.rule.name)) state.giveBack(counts);
      }
      for (const code of answer.unprocessed.values()) {
        this.#diagnostics.report('X-Ray did not process sampling statistics', code);
      }
      if (this.#areRulesModified(answer.lastRuleModificationEpochMillis)) {
        await this.#updateRules(signal);
      }
    } catch (error) {
      for (const [state, counts] of reported) state.giveBack(counts);
      if (signal.aborted) return;
      this.#diagnostics.report(
        'The sampling targets of X-Ray could not be read. The statistics are sent with the next report',
        this.#describe(error),
      );
    }
  }

  /** Later times are compared with each other: the clock of X-Ray can differ from that of this process. */
  #areRulesModified(epochMillis: number | undefined): boolean {
    if (epochMillis === undefined) return false;
    const latest = this.#latestModificationEpochMillis;
    this.#latestModificationEpochMillis = epochMillis;
    return latest === undefined ? this.#rules.areOlderThan(epochMillis) : epochMillis > latest;
  }

  #post(path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    const url = new URL(this.#endpoint);
    url.pathname = url.pathname.replace(/\/$/, '') + path;
    return requestJson({ url, body, timeoutMillis: this.#timeoutMillis, signal });
  }

  #describe(error: unknown): string {
    return `${this.#endpoint.origin}: ${(error as Error).message}`;
  }
}

function checkText(option: string, value: string | undefined): string | undefined {
  checkOption(
    value === undefined || typeof value === 'string',
    option,
    'must be a string',
    value,
    'Leave it out if it is not known.',
  );
  return value;
}
