/**
 * A rule for schedules without spans: the class and method (`ReportsService.send`), a regular expression
 * that is tested against it, or a function.
 */
export type ScheduleIgnoreRule = string | RegExp | ((schedule: Schedule) => boolean);

/** A method that `@Cron`, `@Interval` or `@Timeout` calls. */
export interface Schedule {
  /** The class and method, such as `ReportsService.send`. */
  readonly functionName: string;
  /** Which decorator the method has. */
  readonly type: 'cron' | 'interval' | 'timeout';
  /** The name that the decorator gives to the schedule. */
  readonly name?: string | undefined;
  /** The cron expression; undefined for other schedules, and if the decorator has a date. */
  readonly expression?: string | undefined;
}

/** Options for the methods that `@nestjs/schedule` calls. */
export interface ScheduleTracingOptions {
  /**
   * Schedules without spans. The work that they cause in this process has no spans either.
   * @default []
   */
  readonly ignore?: readonly ScheduleIgnoreRule[];
}
