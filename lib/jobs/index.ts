export { ScheduleHandler } from './schedule/schedule-handler.js';
export type {
  Schedule,
  ScheduleIgnoreRule,
  ScheduleTracingOptions,
} from './schedule/schedule-options.js';
