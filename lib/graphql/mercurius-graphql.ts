import { replaceMember } from '../operation/index.js';
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
};

/**
 * Traces the operations that Mercurius executes. A hook of Mercurius tells of the valid document. No hook tells of
 * documents that are refused, therefore the function `graphql` of the instance is replaced by one that calls it.
 *
 * @returns a function that restores it
 */
export function traceMercurius(fastify: FastifyWithMercurius, handler: GraphqlHandler): () => void {
  const { graphql } = fastify;
  /** By the context of an operation: the name that the client chose. */
  const running = new WeakMap<object, { operationName: unknown; definition?: GraphqlDefinition }>();
  graphql.addHook('preExecution', (_, document, context) => {
    const execution = running.get(context);
    const definition = execution && operationIn(document, execution.operationName);
    if (execution === undefined || definition === undefined) return;
    execution.definition = definition;
    handler.begin(definition, document, context, false);
  });
  const traced = new Proxy(graphql, {
    apply(target, self, values: unknown[]) {
      const [source, given, variables, operationName, ...others] = values;
      const context = typeof given === 'object' && given !== null ? given : {};
      const execution: { operationName: unknown; definition?: GraphqlDefinition } = {
        operationName,
      };
      running.set(context, execution);
      const finish = (outcome: unknown, hasFailed: boolean): void => {
        const errors = errorsOf(outcome);
        if (execution.definition === undefined) {
          if (hasFailed) handler.refused(errors.length > 0 ? errors : [outcome], false);
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
