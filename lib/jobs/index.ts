export { assignJobHandler, JobHandler, jobHandlerOf } from './job-handler.js';
export { type JobListener, wrapJobListener } from './job-listener.js';
export type { JobIgnoreRule, JobTracingOptions, JobWork } from './job-options.js';
export { hookCronJob, spanNameOfJob } from './schedule/cron-job.js';
export { ScheduleHandler } from './schedule/schedule-handler.js';
export type {
  Schedule,
  ScheduleIgnoreRule,
  ScheduleTracingOptions,
} from './schedule/schedule-options.js';
export { hookJobs, traceJobs } from './trace-jobs.js';
export { type TracedProcessorOptions, tracedProcessor } from './traced-processor.js';
