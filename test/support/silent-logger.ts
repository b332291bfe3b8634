import type { LoggerService } from '@nestjs/common';

/** Drops what Nest logs, such as the errors of handlers that a test makes fail. */
export const silentLogger: LoggerService = { log() {}, warn() {}, error() {} };
