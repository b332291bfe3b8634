import type { FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import { jobHandlerOf, ScheduleHandler } from '../../jobs/index.js';
import { TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { JobHooks } from './job-hooks.js';
import { ScheduleHooks } from './schedule-hooks.js';

/** The providers that trace jobs and schedules. */
export const JOB_PROVIDERS: FactoryProvider[] = [
  {
    provide: JobHooks,
    inject: [ModulesContainer, Tracing, TRACING_OPTIONS],
    useFactory: (
      modules: ModulesContainer,
      { tracer }: Tracing,
      { jobs }: TracingOptions,
    ): JobHooks | undefined =>
      jobs === false ? undefined : new JobHooks(modules, jobHandlerOf(tracer)),
  },
  {
    provide: ScheduleHooks,
    inject: [ModulesContainer, Tracing, TRACING_OPTIONS],
    useFactory: (
      modules: ModulesContainer,
      { tracer, diagnostics, isEnabled }: Tracing,
      { schedule }: TracingOptions,
    ): ScheduleHooks | undefined => {
      if (schedule === false) return undefined;
      const handler = new ScheduleHandler(tracer, schedule);
      // A schedule has no caller whose context could be passed on.
      return isEnabled ? new ScheduleHooks(modules, handler, diagnostics) : undefined;
    },
  },
];
