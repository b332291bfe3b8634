/** The options of pino that this room reads. pino is not a dependency of this library. */
export interface PinoOptionsShape {
  /** Adds fields to each line. */
  readonly mixin?: PinoMixin;
  /** The key of the message. @default 'msg' */
  readonly messageKey?: string;
  /** The key of an error. @default 'err' */
  readonly errorKey?: string;
  /** The key of an object that contains all logged fields. @default none */
  readonly nestedKey?: string;
  /** Functions that pino calls for each line. */
  readonly hooks?: PinoHooks;
  /** An existing logger, in options of `pino-http`. */
  readonly logger?: unknown;
}

/** The hooks of pino that this room reads. */
export interface PinoHooks {
  /** Receives each line before it is written, and returns the text to write. */
  readonly streamWrite?: (line: string) => string;
}

/** pino's `mixin`: returns a new object with fields, which pino changes. */
export type PinoMixin = (mergeObject: object, level: number, logger: never) => object;

/** The part of a logger of pino that the mixin reads. */
export interface PinoLoggerShape {
  /** The version of pino. */
  readonly version?: string;
  readonly levels?: {
    readonly labels?: Readonly<Record<number, string>>;
  };
}
