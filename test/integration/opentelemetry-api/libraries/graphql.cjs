const { GraphQLInstrumentation } = require('@opentelemetry/instrumentation-graphql');
const { startTracing, takeTime, print } = require('./tracing.cjs');

new GraphQLInstrumentation();
const { buildSchema, graphql } = require('graphql');
const { tracing, tracer, recorder } = startTracing(process.argv[2]);

async function main() {
  const schema = buildSchema(
    'type Query { order(id: ID!): Order } type Order { id: ID total: Int }',
  );
  const rootValue = {
    order: ({ id }) =>
      tracer.trace('load order', async () => {
        await takeTime();
        return { id, total: 7 };
      }),
  };
  const source = 'query Find { order(id: 1) { id total } }';
  await tracer.trace('request', () => graphql({ schema, source, rootValue }));
  print(recorder);
  await tracing.shutdown();
}

void main();
