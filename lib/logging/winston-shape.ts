/** A line of winston while it passes through the formats. winston is not a dependency of this library. */
export interface WinstonInfo {
  /** The name of the level, possibly with colors. */
  level: string;
  /** The message. */
  message: unknown;
  [field: string | symbol]: unknown;
}

/** A format of winston. */
export interface WinstonFormat {
  /** Changes a line. */
  transform(info: WinstonInfo): WinstonInfo;
}

/** The parts of winston's `Logger` that this room uses. */
export interface WinstonLoggerShape {
  /** Takes a line, before the formats. */
  write(info: unknown, ...others: unknown[]): unknown;
  /** Calls the formats for a line. */
  _transform(info: unknown, ...others: unknown[]): unknown;
  /** Passes a line on to the transports, after the formats. */
  push(info: unknown, ...others: unknown[]): unknown;
  /** Whether a transport writes lines of a level. */
  isLevelEnabled(level: string): boolean;
}

/** The symbol of `triple-beam` for the name of the level without colors. */
export const LEVEL = Symbol.for('level');
