import { inspect, types } from 'node:util';

/**
 * The error of a case that fails. The message names the implementation and the case, and says what the contract
 * demands, what was received, and where the rule is written.
 */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
  /** The name of the implementation. */
  readonly subject: string;
  /** The name of the case. */
  readonly caseName: string;
  /** What the contract demands. */
  readonly demanded: string;
  /** What was received instead, as text. */
  readonly received: string;
  /** The document and the section with the rule. */
  readonly rule: string;

  constructor(
    facts: Readonly<Record<'subject' | 'caseName' | 'demanded' | 'received' | 'rule', string>>,
    options?: ErrorOptions,
  ) {
    const { subject, caseName, demanded, received, rule } = facts;
    super(
      `${subject} violates its contract: "${caseName}".\n` +
        `  Demanded: ${indented(demanded)}\n` +
        `  Received: ${indented(received)}\n` +
        `  Rule: ${rule}`,
      options,
    );
    this.subject = subject;
    this.caseName = caseName;
    this.demanded = demanded;
    this.received = received;
    this.rule = rule;
  }
}

/** The assertions of one case. They need no test runner. */
export class Demand {
  readonly #subject: string;
  readonly #caseName: string;
  readonly #rule: string;

  constructor(subject: string, caseName: string, rule: string) {
    this.#subject = subject;
    this.#caseName = caseName;
    this.#rule = rule;
  }

  /**
   * @param demanded what must hold, in words
   * @param received what shows whether it holds
   * @throws ContractViolation unless `holds`
   */
  that(holds: boolean, demanded: string, received: unknown): void {
    if (!holds) throw this.#violation(demanded, textOf(received));
  }

  /**
   * Compares texts, numbers, lists and objects deeply, without conversions. The classes of objects do not
   * count: a test runner can run the code of Node and that of tests with different globals.
   *
   * @param subject what is compared, in words
   * @throws ContractViolation unless both are equal
   */
  equal(received: unknown, expected: unknown, subject: string): void {
    if (isSameData(received, expected)) return;
    throw this.#violation(`${subject}: ${textOf(expected)}`, textOf(received));
  }

  /** @returns the error itself if it is a violation, otherwise one that says what was thrown */
  violationOf(error: unknown): ContractViolation {
    if (error instanceof ContractViolation) return error;
    return this.#violation('no error', textOf(error), { cause: error });
  }

  #violation(demanded: string, received: string, options?: ErrorOptions): ContractViolation {
    return new ContractViolation(
      { subject: this.#subject, caseName: this.#caseName, demanded, received, rule: this.#rule },
      options,
    );
  }
}

/** Also true for an error of Node under a test runner with globals of its own. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

function isSameData(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other))
    return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSameData(one[key], other[key]))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Texts of several lines stay as they are: traces are easier to compare. */
function textOf(value: unknown): string {
  if (typeof value === 'string' && value.includes('\n')) return `\n${value}`;
  if (isError(value)) return `${value.name}: ${value.message}`;
  return inspect(value, { depth: 6, breakLength: 100, sorted: true });
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n    ');
}
