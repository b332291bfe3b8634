import type { Diagnostics } from '../diagnostics.js';
import { checkFunction } from '../option-checks.js';
import { detailsOf, type GrpcStatus, statusNameOf } from './grpc-status.js';

/** The status with which a call ended. */
export interface GrpcCallStatus {
  /** The number of the code, 0 (OK) to 16. A peer can send others; -1 if it sent no number. */
  readonly code: number;
  /** The name of the code, such as `DEADLINE_EXCEEDED`; the number as text if gRPC defines no name. */
  readonly name: string;
  /** The message of the status; undefined if it is empty. */
  readonly details: string | undefined;
  /**
   * Whether the code is an error by the semantic conventions: on clients every code except OK, on servers UNKNOWN,
   * DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE and DATA_LOSS.
   */
  readonly isError: boolean;
}

/** A call that has ended. It holds no metadata, because a context can outlive its call. */
export interface EndedGrpcCall {
  /** `package.Service/Method`. On servers `_OTHER` if the server does not have the method. */
  readonly method: string;
}

/** A user's function for the statuses of calls. */
export type GrpcErrorCondition = (status: GrpcCallStatus, call: EndedGrpcCall) => boolean;

/**
 * Decides which statuses are errors: by the user's function, or by the semantic conventions. If the function throws,
 * that is reported, and the semantic conventions decide.
 */
export class GrpcErrorRule {
  readonly #option: string;
  readonly #isErrorByConvention: (name: string) => boolean;
  readonly #condition: GrpcErrorCondition | undefined;
  readonly #diagnostics: Diagnostics;

  /**
   * @param option name of the option for messages: `grpc.server.isError`
   * @param isErrorByConvention decides without a function
   * @throws TracingConfigError for anything but a function or undefined
   */
  constructor(
    option: string,
    isErrorByConvention: (name: string) => boolean,
    condition: GrpcErrorCondition | undefined,
    diagnostics: Diagnostics,
  ) {
    this.#option = option;
    this.#isErrorByConvention = isErrorByConvention;
    this.#condition = checkFunction(option, condition, undefined);
    this.#diagnostics = diagnostics;
  }

  /** Called once, at the end of a call that is recorded or measured. */
  isError(status: GrpcStatus, method: string): boolean {
    const name = statusNameOf(status.code);
    const isError = this.#isErrorByConvention(name);
    if (this.#condition === undefined) return isError;
    const code = typeof status.code === 'number' ? status.code : -1;
    try {
      const details = detailsOf(status);
      return Boolean(this.#condition({ code, name, details, isError }, { method }));
    } catch (error) {
      this.#diagnostics.report(
        `${this.#option} threw; the rule of the semantic conventions decides about the status`,
        error,
      );
      return isError;
    }
  }
}
