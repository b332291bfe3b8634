import { checkFunction, checkOption, checkOptions, checkString } from '../../option-checks.js';
import { Demand } from './demand.js';

/**
 * One check of a contract. It needs no test runner: `run` rejects with a {@link ContractViolation}. Cases
 * share nothing, so they can run alone, in any order and at the same time.
 */
export interface ContractCase {
  /** What an implementation does, as a sentence without its subject. Unique in its contract. */
  readonly name: string;
  /** The document and the section with the rule that the case checks. */
  readonly rule: string;
  /**
   * True for a rule of nestjs-traced that no specification contains. An implementation for another SDK can
   * be correct without it.
   */
  readonly isOwnRule: boolean;
  /** Why the case is skipped, as the subject says. @default undefined: the case runs */
  readonly skip?: string;
  /** The time that the case can need on a slow machine, in milliseconds. */
  readonly timeoutMillis: number;
  /**
   * Runs the check, also for a skipped case.
   *
   * @returns a promise that rejects with a {@link ContractViolation} if the implementation does not do
   *   what the contract demands, or throws
   */
  run(): Promise<void>;
}

/** What the subjects of all contracts have in common. */
export interface ContractSubject<Inability extends string> {
  /** The name of the implementation, for messages. */
  readonly name: string;
  /**
   * What the implementation cannot do by design, each with the reason. The cases that need it are skipped
   * with this reason.
   *
   * @default none: all cases run
   */
  readonly cannot?: { readonly [I in Inability]?: string };
  /**
   * Further cases that are skipped, by name, each with the reason. A name that the contract does not
   * have is an error.
   *
   * @default none
   */
  readonly except?: Readonly<Record<string, string>>;
  /**
   * Why the implementation need not keep the rules that only nestjs-traced has. All cases with
   * {@link ContractCase.isOwnRule} are skipped with this reason.
   *
   * @default undefined: these cases run
   */
  readonly exceptOwnRules?: string;
}

/** Where a rule is written. */
export interface Rule {
  readonly text: string;
  readonly isOwn: boolean;
}

/** A rule of OpenTelemetry's specification. @param section document and section: `trace/sdk.md#sampler` */
export function specification(section: string): Rule {
  return { text: `OpenTelemetry specification, ${section}`, isOwn: false };
}

/** A rule of another public document. @param text the document and its section */
export function document(text: string): Rule {
  return { text, isOwn: false };
}

/** A rule that only nestjs-traced has. @param text where it is written, or its reason */
export function ownRule(text: string): Rule {
  return { text: `nestjs-traced, ${text}`, isOwn: true };
}

/** A case before the subject has said what it cannot do. */
export interface CaseDefinition<Inability extends string = never> {
  readonly name: string;
  readonly rule: Rule;
  /** What the implementation must be able to do for this case. @default nothing */
  readonly needs?: readonly Inability[];
  /** @default {@link DEFAULT_TIMEOUT_MILLIS} */
  readonly timeoutMillis?: number;
  run(demand: Demand): void | Promise<void>;
}

/** More than the deadlines of the waits in the cases, so that their messages are seen. */
const DEFAULT_TIMEOUT_MILLIS = 20_000;

/**
 * Makes the cases of a contract for one implementation.
 *
 * @param owner the function that the user calls, for the messages of errors: `propagatorContract`
 * @param inabilities all keys that `subject.cannot` may have
 * @throws TracingConfigError for a subject with an invalid name, or with an exception that names no case
 *   or gives no reason
 */
export function defineContract<Inability extends string>(
  owner: string,
  inabilities: readonly Inability[],
  subject: ContractSubject<Inability>,
  definitions: readonly CaseDefinition<Inability>[],
): ContractCase[] {
  checkExceptions(owner, inabilities, subject, new Set(definitions.map(({ name }) => name)));
  return definitions.map((definition) => {
    const { name, rule, timeoutMillis = DEFAULT_TIMEOUT_MILLIS } = definition;
    const skip = skipReason(subject, definition);
    return {
      name,
      rule: rule.text,
      isOwnRule: rule.isOwn,
      ...(skip !== undefined && { skip }),
      timeoutMillis,
      run: () => runCase(new Demand(subject.name, name, rule.text), definition),
    };
  });
}

/**
 * Checks what every contract needs to know before it defines its cases.
 *
 * @param functions the functions that the subject must have
 * @throws TracingConfigError if the subject is no object, or has no name, or lacks a function
 */
export function checkSubject(owner: string, subject: object, functions: readonly string[]): void {
  checkOptions(owner, subject);
  const members = subject as Readonly<Record<string, unknown>>;
  checkString(`${owner}.name`, members.name, 'Give the name of the implementation.');
  for (const name of functions) {
    const value = members[name] ?? null;
    checkFunction(`${owner}.${name}`, value as () => void, undefined, 'Give a function.');
  }
}

function checkExceptions<Inability extends string>(
  owner: string,
  inabilities: readonly Inability[],
  { cannot = {}, except = {}, exceptOwnRules }: ContractSubject<Inability>,
  names: ReadonlySet<string>,
): void {
  const reason = 'Say why, for those who read the output of the tests.';
  for (const [inability, why] of Object.entries(cannot)) {
    if (why === undefined) continue;
    checkOption(
      inabilities.includes(inability as Inability),
      `${owner}.cannot`,
      `must have no keys but ${inabilities.join(', ')}`,
      inability,
      'Name single cases in `except`.',
    );
    checkString(`${owner}.cannot.${inability}`, why, reason);
  }
  for (const [name, why] of Object.entries(except)) {
    checkOption(
      names.has(name),
      `${owner}.except`,
      'must have names of cases as its keys',
      name,
      `The cases are: ${[...names].join('; ')}.`,
    );
    checkString(`${owner}.except['${name}']`, why, reason);
  }
  if (exceptOwnRules !== undefined) {
    checkString(`${owner}.exceptOwnRules`, exceptOwnRules, reason);
  }
}

function skipReason<Inability extends string>(
  { cannot, except, exceptOwnRules }: ContractSubject<Inability>,
  { name, rule, needs = [] }: CaseDefinition<Inability>,
): string | undefined {
  const missing = needs.map((need) => cannot?.[need]).find((why) => why !== undefined);
  return missing ?? except?.[name] ?? (rule.isOwn ? exceptOwnRules : undefined);
}

async function runCase(
  demand: Demand,
  { run }: { run(demand: Demand): void | Promise<void> },
): Promise<void> {
  try {
    await run(demand);
  } catch (error) {
    throw demand.violationOf(error);
  }
}
