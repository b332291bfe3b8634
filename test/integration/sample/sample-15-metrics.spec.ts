import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dedent } from 'nestjs-traced/testing';
import { type RunningSample, startSample } from './start-sample.js';

let sample: RunningSample;

beforeAll(async () => {
  sample = await startSample(() => import('../../../sample/15-metrics/main.js'));
});

afterAll(() => sample.close());

it('measures all requests, sampled or not', async () => {
  for (let count = 0; count < 10; count++) await sample.ask('POST', '/orders/it');
  await sample.ask('POST', '/orders/atlantis');

  const metrics = await sample.ask('GET', '/metrics');
  const lines = metrics.split('\n').filter((line) => /^(orders_|http_\S+_count)/.test(line));
  const withoutScope = lines.map((line) =>
    line
      .replace(/(otel_scope_\w+|url_scheme|network_protocol_version|http_route)="[^"]*",?/g, '')
      .replace(',}', '}'),
  );
  expect(withoutScope.join('\n')).toBe(dedent`
    http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="201"} 10
    http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="404"} 1
    orders_total_EUR_bucket{country="it",le="10"} 0
    orders_total_EUR_bucket{country="it",le="50"} 10
    orders_total_EUR_bucket{country="it",le="100"} 10
    orders_total_EUR_bucket{country="it",le="+Inf"} 10
    orders_total_EUR_sum{country="it"} 420
    orders_total_EUR_count{country="it"} 10
    orders_placed_total{country="it"} 10
    orders_placed_total{country="atlantis",error_type="NotFoundException"} 1
  `);
});
