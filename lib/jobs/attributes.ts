// Semantic conventions 1.45.0, `docs/messaging/messaging-spans.md`, `docs/general/attributes.md`.
// The conventions of messaging are in development.

export const ERROR_TYPE = 'error.type';
export const MESSAGING_BATCH_MESSAGE_COUNT = 'messaging.batch.message_count';
export const MESSAGING_DESTINATION_NAME = 'messaging.destination.name';
export const MESSAGING_MESSAGE_ID = 'messaging.message.id';
export const MESSAGING_OPERATION_NAME = 'messaging.operation.name';
export const MESSAGING_OPERATION_TYPE = 'messaging.operation.type';
export const MESSAGING_SYSTEM_NAME = 'messaging.system.name';

// Not in the conventions.

/** The name of a job within its queue. */
export const JOB_NAME = 'nestjs.job.name';
/** The number of the attempt to process a job, from 1. */
export const JOB_ATTEMPT = 'nestjs.job.attempt';
/** `cron`, `interval` or `timeout`. */
export const SCHEDULE_TYPE = 'nestjs.schedule.type';
/** The name that the decorator gives, or that a job is registered with. */
export const SCHEDULE_NAME = 'nestjs.schedule.name';
/** The cron expression. */
export const SCHEDULE_EXPRESSION = 'nestjs.schedule.expression';
/** The event that a listener of a queue or worker handles. */
export const JOB_EVENT = 'nestjs.job.event';
