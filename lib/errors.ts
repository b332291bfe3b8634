/** Codes of the errors at set-up. They are stable: compare codes, not messages. */
export type TracingConfigErrorCode =
  | 'INVALID_OPTION'
  | 'INVALID_CONFIGURATION_FILE'
  | 'INVALID_DECORATOR_TARGET'
  | 'ALREADY_REGISTERED'
  | 'NOT_REGISTERED';

/**
 * The only error that this library throws. Constructors, `TracingModule.forRoot` and decorators throw it at
 * set-up; at run time the library throws nothing.
 *
 * The message contains the requirement, the received value and a remedy.
 */
export class TracingConfigError extends Error {
  override readonly name = 'TracingConfigError';
  /** The kind of the mistake. */
  readonly code: TracingConfigErrorCode;

  private constructor(code: TracingConfigErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /**
   * Creates the error for an option with an invalid value.
   *
   * @param option name of the option as the user wrote it, with its owner: `ProbabilitySampler.ratio`
   * @param mustHold the requirement: `must be a number from 0 to 1`
   * @param received the received value
   * @param remedy what the user can do, as a sentence
   */
  static invalidOption(
    option: string,
    mustHold: string,
    received: unknown,
    remedy: string,
  ): TracingConfigError {
    return new TracingConfigError(
      'INVALID_OPTION',
      `${option} ${mustHold}, but it is ${describe(received)}. ${remedy}`,
    );
  }

  /**
   * Creates the error for the file that `OTEL_CONFIG_FILE` names.
   *
   * @param file the path of the file
   * @param place where in the file, such as `tracer_provider.processors[0]`; empty for the whole file
   * @param mustHold the requirement: `must be a number from 0 to 1`
   * @param received the received value in words, without secrets
   * @param remedy what the user can do, as a sentence
   */
  static invalidConfigurationFile(
    file: string,
    place: string,
    mustHold: string,
    received: string,
    remedy: string,
  ): TracingConfigError {
    const subject = place === '' ? '' : `, ${place}`;
    return new TracingConfigError(
      'INVALID_CONFIGURATION_FILE',
      `The configuration file ${file}${subject} ${mustHold}, but it is ${received}. ${remedy}`,
    );
  }

  /**
   * Creates the error for a decorator on a wrong target.
   *
   * @param mustHold the requirement: `must decorate a method`
   * @param received the target in words: `the class Orders`
   */
  static invalidDecoratorTarget(
    decorator: string,
    mustHold: string,
    received: string,
    remedy: string,
  ): TracingConfigError {
    return new TracingConfigError(
      'INVALID_DECORATOR_TARGET',
      `${decorator} ${mustHold}, but it decorates ${received}. ${remedy}`,
    );
  }

  /** Creates the error for a second `TracingModule.forRoot` in one application. */
  static alreadyRegistered(): TracingConfigError {
    return new TracingConfigError(
      'ALREADY_REGISTERED',
      'TracingModule.forRoot or forRootAsync must be imported once in an application, but it was imported again. ' +
        'Keep the import in the root module only: the module is global, so every other module can inject Tracer without importing it.',
    );
  }

  /** Creates the error for a part of the tracing that is used without an imported TracingModule. */
  static notRegistered(part: string): TracingConfigError {
    return new TracingConfigError(
      'NOT_REGISTERED',
      `${part} needs TracingModule.forRoot() in the application, but it has not been imported. ` +
        'Import it in the root module.',
    );
  }
}

const MAX_DESCRIPTION_LENGTH = 200;

/**
 * Describes a value for a message. It shows only the class of an instance: a client or an exporter that was
 * passed to the wrong option can contain a password.
 */
function describe(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) {
    return String(value);
  }
  try {
    const text = classNameOf(value) ?? JSON.stringify(value);
    if (text === undefined) return Object.prototype.toString.call(value);
    if (text.length <= MAX_DESCRIPTION_LENGTH) return text;
    return `${text.slice(0, MAX_DESCRIPTION_LENGTH)}… (${text.length} characters)`;
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** Returns undefined for strings, arrays and plain objects. */
function classNameOf(value: string | object): string | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return undefined;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return undefined;
  return `an instance of ${prototype.constructor?.name || 'a class without a name'}`;
}
