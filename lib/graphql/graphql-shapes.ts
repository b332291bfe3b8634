// The used members of the package `graphql`, which is not imported: applications can have several versions.

/** A parsed document. */
export interface GraphqlDocument {
  /** The operations and fragments. */
  readonly definitions: readonly GraphqlDefinition[];
}

/** An operation, or any other definition of a document. */
export interface GraphqlDefinition {
  /** Such as `OperationDefinition` or `FragmentDefinition`. */
  readonly kind: string;
  /** `query`, `mutation` or `subscription`. */
  readonly operation?: string;
  /** Undefined for an anonymous operation. */
  readonly name?: { readonly value: string } | undefined;
  /** The selected fields and fragments. */
  readonly selectionSet?: { readonly selections: readonly GraphqlSelection[] };
}

/** A field or a fragment. */
export interface GraphqlSelection {
  /** `Field`, `FragmentSpread` or `InlineFragment`. */
  readonly kind: string;
  /** The field, without its alias, or the fragment. */
  readonly name?: { readonly value: string };
}

/** A function that resolves a field, or creates the events of a subscription. */
export type GraphqlResolver = (this: unknown, ...values: unknown[]) => unknown;

/** A field of an object type. */
export interface GraphqlField {
  readonly name: string;
  resolve?: GraphqlResolver | undefined;
  subscribe?: GraphqlResolver | undefined;
}

/** A schema. */
export interface GraphqlSchema {
  getTypeMap(): Readonly<
    Record<
      string,
      { readonly name: string; readonly getFields?: () => Readonly<Record<string, GraphqlField>> }
    >
  >;
}

/** The fourth argument of a resolver. */
export interface GraphqlResolveInfo {
  readonly fieldName: string;
  readonly path: GraphqlPath;
  readonly parentType: { readonly name: string };
  readonly operation: GraphqlDefinition;
}

/** A position in the answer. The keys of list items are numbers. */
export interface GraphqlPath {
  readonly prev: GraphqlPath | undefined;
  readonly key: string | number;
}
