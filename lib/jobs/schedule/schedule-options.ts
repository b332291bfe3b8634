/**
 * A rule for schedules without spans: the class and method (`ReportsService.send`) or the name of a registered
 * job, a regular expression that is tested against it, or a function.
 */
export type ScheduleIgnoreRule = string | RegExp | ((schedule: Schedule) => boolean);

/** A method that `@Cron`, `@Interval` or `@Timeout` calls, or a cron job that the application has registered. */
export interface Schedule {
  /** The class and method, such as `ReportsService.send`; for a registered job its name in `SchedulerRegistry`. */
  readonly functionName: string;
  /** Which decorator the method has; `cron` for registered jobs. */
  readonly type: 'cron' | 'interval' | 'timeout';
  /** The name that the decorator gives to the schedule, or that the application has registered it with. */
  readonly name?: string | undefined;
  /** The cron expression; undefined for other schedules, and if the decorator has a date. */
  readonly expression?: string | undefined;
}

/** Options for the methods and jobs that `@nestjs/schedule` calls. */
export interface ScheduleTracingOptions {
  /**
   * Schedules without spans. The work that they cause in this process has no spans either.
   * @default []
   */
  readonly ignore?: readonly ScheduleIgnoreRule[];
}
