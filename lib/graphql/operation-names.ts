import type { GraphqlOperationInfo } from './graphql-options.js';
import type { GraphqlDefinition, GraphqlDocument } from './graphql-shapes.js';

/** A longer name is not made by a person. */
const MAX_NAME_LENGTH = 100;

/** The number of selections that are compared. A hostile document can have thousands. */
const MAX_SELECTIONS = 50;

/**
 * Returns the operation of a document that is executed.
 *
 * @param operationName chosen by the client, if the document has several operations
 */
export function operationIn(
  document: GraphqlDocument | undefined,
  operationName: unknown,
): GraphqlDefinition | undefined {
  let found: GraphqlDefinition | undefined;
  for (const definition of document?.definitions ?? []) {
    if (definition.kind !== 'OperationDefinition') continue;
    if (typeof operationName === 'string' && operationName !== '') {
      if (definition.name?.value === operationName) return definition;
    } else if (found === undefined) {
      found = definition;
    } else {
      return undefined;
    }
  }
  return found;
}

/** Describes an operation for hooks and rules. */
export function infoOf(
  { operation = 'query', name }: GraphqlDefinition,
  document: GraphqlDocument | undefined,
): GraphqlOperationInfo {
  return { type: operation, name: name?.value, document };
}

/**
 * Creates names of spans. Clients choose the names of operations, and can send a new one with each request, so
 * that only a limited number of names is used. Other names are made from the schema, whose fields are limited.
 *
 * Spec: `docs/graphql/graphql-spans.md`, "Span name".
 */
export class OperationNames {
  readonly #names = new Set<string>();
  readonly #maxNames: number;

  /** @param maxNames the number of different names, at least 0 */
  constructor(maxNames: number) {
    this.#maxNames = maxNames;
  }

  /**
   * Returns a name of low cardinality for a valid operation: `query OrderById`; `query {order}` for an operation
   * without a name that selects one field; `query` otherwise.
   */
  of(definition: GraphqlDefinition): string {
    const { operation = 'query', name } = definition;
    if (name !== undefined && this.#accepts(name.value)) return `${operation} ${name.value}`;
    const field = onlyFieldOf(definition);
    return field === undefined ? operation : `${operation} {${field}}`;
  }

  #accepts(name: string): boolean {
    if (this.#names.has(name)) return true;
    if (name.length > MAX_NAME_LENGTH || this.#names.size >= this.#maxNames) return false;
    this.#names.add(name);
    return true;
  }
}

/** Returns the field of the schema that an operation selects, once or under several aliases. */
function onlyFieldOf({ selectionSet }: GraphqlDefinition): string | undefined {
  const selections = selectionSet?.selections ?? [];
  if (selections.length > MAX_SELECTIONS) return undefined;
  let only: string | undefined;
  for (const { kind, name } of selections) {
    if (kind !== 'Field' || (only !== undefined && only !== name?.value)) return undefined;
    only = name?.value;
  }
  return only;
}
