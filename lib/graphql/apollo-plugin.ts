import type { GraphqlHandler } from './graphql-handler.js';
import type { GraphqlOperation } from './graphql-operation.js';
import type { GraphqlDefinition, GraphqlDocument } from './graphql-shapes.js';

/** The used members of Apollo's `GraphQLRequestContext`. */
interface ApolloRequestContext {
  readonly contextValue?: unknown;
  readonly document?: GraphqlDocument;
  readonly operation?: GraphqlDefinition;
  readonly errors?: readonly unknown[];
}

/** The used members of Apollo's plugins. */
export interface ApolloTracingPlugin {
  requestDidStart(): Promise<{
    didResolveOperation(context: ApolloRequestContext): Promise<void>;
    didEncounterErrors(context: ApolloRequestContext): Promise<void>;
    willSendResponse(): Promise<void>;
  }>;
  unexpectedErrorProcessingRequest(request: {
    readonly requestContext: ApolloRequestContext;
    readonly error: unknown;
  }): Promise<void>;
}

/** Creates a plugin of Apollo Server that traces each operation, also each one of a batch. */
export function apolloPlugin(handler: GraphqlHandler): ApolloTracingPlugin {
  return {
    async requestDidStart() {
      const arrival = handler.arriveInRequest();
      let operation: GraphqlOperation | undefined;
      let isResolved = false;
      return {
        async didResolveOperation({ operation: definition, document, contextValue }) {
          if (definition === undefined) return;
          isResolved = true;
          operation = handler.begin(definition, document, contextValue, arrival);
        },
        async didEncounterErrors({ errors = [] }) {
          if (isResolved) operation?.recordErrors(errors);
          else handler.refused(errors, arrival);
        },
        async willSendResponse() {
          operation?.finish();
        },
      };
    },
    async unexpectedErrorProcessingRequest({ requestContext, error }) {
      const operation = handler.operationOf(requestContext.contextValue);
      operation?.recordErrors([error]);
      operation?.finish();
    },
  };
}
