import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dedent } from 'nestjs-traced/testing';
import { expectShown } from './shown-traces.js';
import { type RunningSample, startSample } from './start-sample.js';

let sample: RunningSample;

beforeAll(async () => {
  sample = await startSample(() => import('../../../sample/08-graphql/main.js'));
});

afterAll(() => sample.close());

it('shows the operations and their resolvers', async () => {
  const query = (text: string): Promise<string> =>
    sample.ask('POST', '/graphql', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text }),
    });
  expect(await query('query Shelf { books { title author { name } } }')).toContain('George Eliot');
  await sample.waitForSpans(5);
  expect(await query('{ book(id: 4) { title } }')).toContain('There is no book 4');
  await sample.waitForSpans(8);

  expect(sample.traces(['nestjs.graphql.resolver.call_count'])).toBe(dedent`
    POST /graphql query Shelf [server]
      query Shelf
        Query.books nestjs.graphql.resolver.call_count=1
          Book.author nestjs.graphql.resolver.call_count=3
            load authors

    POST /graphql query {book} [server]
      query {book}
        Query.book nestjs.graphql.resolver.call_count=1 exception NotFoundException "There is no book 4"
  `);
  expectShown(sample.written(), '08-graphql');
});
