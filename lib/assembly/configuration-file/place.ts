import type { Diagnostics } from '../../diagnostics.js';
import { TracingConfigError } from '../../errors.js';

/** How deep samplers can be inside each other, and objects in general. A cyclic alias is deeper. */
const MAX_DEPTH = 50;

/** What holds for a configuration file as a whole. */
export interface FileFacts {
  readonly file: string;
  /** The sections and settings that this library does not have. */
  readonly lacking: Set<string>;
  /** True if the file is written for a later minor version, whose settings are unknown here. */
  isNewer: boolean;
  /** Set when the parts of the tracing are created: what samplers that ask a server need. */
  readonly sampling?: {
    readonly serviceName: string;
    readonly diagnostics: Diagnostics | undefined;
  };
}

/** A place in a configuration file, such as `tracer_provider.processors[0].batch`. */
export class Place {
  readonly facts: FileFacts;
  readonly path: string;
  readonly #depth: number;

  constructor(facts: FileFacts, path = '', depth = 0) {
    this.facts = facts;
    this.path = path;
    this.#depth = depth;
  }

  /** @throws TracingConfigError for a file whose objects are nested too deeply */
  property(name: string): Place {
    const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
    return this.#below(this.path === '' ? shown : `${this.path}.${shown}`);
  }

  /** @throws TracingConfigError for a file whose objects are nested too deeply */
  item(index: number): Place {
    return this.#below(`${this.path}[${index}]`);
  }

  /** Notes that the library does not have what stands here, for the warning about all of these. */
  lacks(): void {
    this.facts.lacking.add(this.path);
  }

  /**
   * The error for a value that cannot stand here.
   *
   * @param received in words, without secrets
   */
  error(mustHold: string, received: string, remedy: string): TracingConfigError {
    const { file } = this.facts;
    return TracingConfigError.invalidConfigurationFile(file, this.path, mustHold, received, remedy);
  }

  #below(path: string): Place {
    if (this.#depth < MAX_DEPTH) return new Place(this.facts, path, this.#depth + 1);
    throw this.error(
      `must not nest more than ${MAX_DEPTH} objects and arrays`,
      'nested more deeply',
      'Look for an alias that refers to itself.',
    );
  }
}
