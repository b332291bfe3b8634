/** Stable names of what can be wrong with a set-up; compare these, not messages. */
export type TracingConfigErrorCode =
  | 'INVALID_OPTION'
  | 'INVALID_DECORATOR_TARGET'
  | 'ALREADY_REGISTERED'
  | 'NOT_REGISTERED';

/**
 * The one error this library throws, and only while an application is being set up: by a
 * constructor, by `TracingModule.forRoot` or by a decorator. At run time nothing of ours throws.
 *
 * Its message says what must hold, what came, and what to do.
 */
export class TracingConfigError extends Error {
  override readonly name = 'TracingConfigError';
  /** Which kind of mistake it is. */
  readonly code: TracingConfigErrorCode;

  private constructor(code: TracingConfigErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /**
   * An option whose value cannot be used.
   *
   * @param option the option's name as the user wrote it, with its owner: `ProbabilitySampler.ratio`
   * @param mustHold what a good value is: `must be a number from 0 to 1`
   * @param received what came
   * @param remedy what to do about it, a whole sentence
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

  /** A decorator on something it cannot decorate. */
  static invalidDecoratorTarget(
    decorator: string,
    mustHold: string,
    received: string,
    remedy: string,
  ): TracingConfigError {
    return new TracingConfigError(
      'INVALID_DECORATOR_TARGET',
      `${decorator} ${mustHold}, but it stands on ${received}. ${remedy}`,
    );
  }

  /** `TracingModule.forRoot` more than once in one application. */
  static alreadyRegistered(): TracingConfigError {
    return new TracingConfigError(
      'ALREADY_REGISTERED',
      'TracingModule.forRoot or forRootAsync must be imported once in an application, but it was imported again. ' +
        'Keep the import in the root module only: the module is global, so every other module can inject Tracer without importing it.',
    );
  }

  /** A part of the tracing was asked for where no TracingModule has been imported. */
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
 * Names an instance by its class only: a client or an exporter that was passed to the wrong option may
 * hold a password.
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

/** Undefined for strings, arrays and plain objects. */
function classNameOf(value: string | object): string | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return undefined;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return undefined;
  return `an instance of ${prototype.constructor?.name || 'a class without a name'}`;
}
