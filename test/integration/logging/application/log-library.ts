import type { DynamicModule, INestApplication } from '@nestjs/common';

/** A line of a log, whatever its form. */
export interface LogLine {
  readonly message: string;
  readonly context?: unknown;
  readonly trace_id?: unknown;
  readonly span_id?: unknown;
  readonly trace_flags?: unknown;
}

/** A log library under test, as an application uses it. */
export interface LogLibrary {
  readonly name: string;
  /** Whether it writes a line for each request. */
  readonly hasAccessLine: boolean;
  /** Called once for each application. */
  create(): {
    readonly imports: DynamicModule[];
    /** Makes it the logger of the application. */
    use(application: INestApplication): void;
    /** All lines so far. */
    lines(): LogLine[];
    /** Called at the end of the test. */
    close?(): void;
  };
}
