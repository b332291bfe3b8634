import { replaceMember } from '../operation/index.js';
import type { GraphqlArrival } from './graphql-arrival.js';
import { GraphqlConnection } from './graphql-connection.js';
import { errorsOf } from './graphql-errors.js';
import type { GraphqlHandler } from './graphql-handler.js';
import type { GraphqlDefinition, GraphqlDocument } from './graphql-shapes.js';
import { operationIn } from './operation-names.js';

/** The used members of an instance of Fastify with Mercurius. */
export interface FastifyWithMercurius {
  graphql: MercuriusGraphql;
}

/** Executes a document: `graphql(source, context, variables, operationName)`. */
type MercuriusGraphql = ((...values: unknown[]) => unknown) & {
  addHook(
    name: 'preExecution',
    hook: (schema: unknown, document: GraphqlDocument, context: object) => void,
  ): void;
  addHook(name: 'onSubscriptionEnd', hook: (context: unknown, id: unknown) => void): void;
};

/** A call of `graphql`. */
interface Execution {
  /** The name that the client chose, if the document has several operations. */
  readonly operationName: unknown;
  readonly arrival: GraphqlArrival;
  /** Undefined until Mercurius has accepted the document. */
  definition?: GraphqlDefinition;
}

/**
 * Traces the operations that Mercurius executes. A hook of Mercurius tells of the valid document. No hook tells of
 * documents that are refused, therefore the function `graphql` of the instance is replaced by one that calls it.
 *
 * @returns a function that restores it
 */
export function traceMercurius(fastify: FastifyWithMercurius, handler: GraphqlHandler): () => void {
  const { graphql } = fastify;
  /** By the context of an operation. */
  const running = new WeakMap<object, Execution>();
  graphql.addHook('preExecution', (_, document, context) => {
    const execution = running.get(context);
    const definition = execution && operationIn(document, execution.operationName);
    if (execution === undefined || definition === undefined) return;
    execution.definition = definition;
    handler.begin(definition, document, context, execution.arrival);
  });
  graphql.addHook('onSubscriptionEnd', (context, id) => GraphqlConnection.in(context)?.delete(id));
  const traced = new Proxy(graphql, {
    apply(target, self, values: unknown[]) {
      const [source, given, variables, operationName, ...others] = values;
      const context = typeof given === 'object' && given !== null ? given : {};
      const connection = GraphqlConnection.in(context);
      const arrival = connection?.arrival() ?? handler.arriveInRequest();
      const execution: Execution = { operationName, arrival };
      running.set(context, execution);
      const finish = (outcome: unknown, hasFailed: boolean): void => {
        const errors = errorsOf(outcome);
        if (hasFailed) connection?.expectError();
        if (execution.definition === undefined) {
          if (hasFailed) handler.refused(errors.length > 0 ? errors : [outcome], arrival);
          return;
        }
        const operation = handler.operationOf(context);
        operation?.recordErrors(hasFailed && errors.length === 0 ? [outcome] : errors);
        operation?.finish();
      };
      const result = Reflect.apply(target, self, [
        source,
        context,
        variables,
        operationName,
        ...others,
      ]);
      if (!(result instanceof Promise)) return result;
      return result.then(
        (value: unknown) => {
          finish(value, false);
          return value;
        },
        (error: unknown) => {
          finish(error, true);
          throw error;
        },
      );
    },
  });
  return replaceMember(fastify, 'graphql', traced);
}
