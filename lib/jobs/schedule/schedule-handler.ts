import type { Attributes } from '@opentelemetry/api';
import { contextStorage, type LocalTracer, TracingContext } from '../../context/index.js';
import { IgnoreRules } from '../../ignore-rules.js';
import { callInSpan } from '../../operation/index.js';
import { SCHEDULE_EXPRESSION, SCHEDULE_NAME, SCHEDULE_TYPE } from '../attributes.js';
import type { Schedule, ScheduleTracingOptions } from './schedule-options.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Traces the runs of scheduled methods and cron jobs. Each run is a root span. */
export class ScheduleHandler {
  readonly #tracer: LocalTracer;
  readonly #ignoreRules: IgnoreRules<Schedule>;
  #isActive = true;

  /** @throws TracingConfigError for invalid options */
  constructor(tracer: LocalTracer, options: ScheduleTracingOptions = {}) {
    this.#tracer = tracer;
    this.#ignoreRules = new IgnoreRules(IGNORE, options.ignore ?? [], tracer.diagnostics);
  }

  /**
   * Returns a function that traces each call of `method` as a run of `schedule`. The run starts with an
   * empty context: the timer can have the context of the code that started the application.
   *
   * @param spanName of low cardinality
   */
  wrap(method: Method, schedule: Schedule, spanName = schedule.functionName): Method {
    const options = { attributes: this.attributesOf(schedule) };
    return this.#running(method, schedule, (self, args) => {
      const span = this.#tracer.startSpan(spanName, options, TracingContext.ROOT);
      return callInSpan(span, TracingContext.ROOT, method, self, args);
    });
  }

  /** Like {@link wrap}, for a method that makes the span of a run itself, with {@link attributesOf}. */
  wrapTraced(method: Method, schedule: Schedule): Method {
    return this.#running(method, schedule, (self, args) =>
      Reflect.apply(method, self, args as unknown[]),
    );
  }

  /** Returns the attributes of the spans of a schedule. */
  attributesOf({ type, name, expression }: Schedule): Attributes {
    return {
      [SCHEDULE_TYPE]: type,
      ...(name !== undefined && { [SCHEDULE_NAME]: name }),
      ...(expression !== undefined && { [SCHEDULE_EXPRESSION]: expression }),
    };
  }

  #running(
    method: Method,
    schedule: Schedule,
    run: (self: unknown, args: readonly unknown[]) => unknown,
  ): Method {
    if (this.#ignoreRules.has(schedule.functionName, schedule)) return runSuppressed(method);
    const isTraced = (): boolean => this.#isActive && !contextStorage.active().suppressed;
    return function (this: unknown, ...args: unknown[]): unknown {
      if (!isTraced()) return Reflect.apply(method, this, args);
      return contextStorage.call(TracingContext.ROOT, run, undefined, [this, args]);
    };
  }

  /** The wrapped methods are not traced any more. */
  stop(): void {
    this.#isActive = false;
  }
}

const IGNORE = {
  option: 'schedule.ignore',
  isText: (rule: string): boolean => rule.trim() !== '',
  requirement:
    'must be an array of names such as "ReportsService.send", regular expressions and functions',
  remedy: 'Name the class and the method of each schedule without spans.',
};

function runSuppressed(method: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    return contextStorage.call(TracingContext.SUPPRESSED, method as never, this, args);
  };
}
