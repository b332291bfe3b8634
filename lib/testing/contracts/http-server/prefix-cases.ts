import { VersioningType } from '@nestjs/common';
import { document } from '../contract-case.js';
import { VersionedModule } from './application/application.module.js';
import { applicationCase, type HttpServerCase } from './application-case.js';
import { ask } from './ask.js';
import type { HttpServerSubject } from './http-server-contract.js';

const ROUTE = document('Semantic conventions 1.45.0, http.route');
const UNKNOWN = 'GET [server] http.response.status_code=404';

/** Cases about the names of routes with prefixes and versions. */
export function prefixCases(subject: HttpServerSubject): HttpServerCase[] {
  return [
    applicationCase(
      subject,
      'names routes with a global prefix and a version in the path',
      ROUTE,
      async (app, demand) => {
        const traces = [];
        for (const version of ['v1', 'v2', 'v3']) {
          traces.push((await ask(app, `/api/${version}/versioned/7`)).trace);
        }
        demand.equal(
          traces,
          [
            versioned('/api/v1/versioned/:id', 'first'),
            versioned('/api/v2/versioned/:id', 'second'),
            UNKNOWN,
          ],
          'the traces of three versions',
        );
      },
      {
        start: {
          module: VersionedModule.with,
          configure: (application) =>
            application.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }),
        },
      },
    ),
    applicationCase(
      subject,
      'names routes with a version in a header',
      ROUTE,
      async (app, demand) => {
        const traces = [];
        for (const version of ['1', '2', '3']) {
          const headers = { 'x-version': version };
          traces.push((await ask(app, '/versioned/7', { headers })).trace);
        }
        demand.equal(
          traces,
          [versioned('/versioned/:id', 'first'), versioned('/versioned/:id', 'second'), UNKNOWN],
          'the traces of three versions',
        );
      },
      {
        start: {
          module: VersionedModule.with,
          configure: (application) =>
            application.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' }),
        },
      },
    ),
    applicationCase(
      subject,
      'names a route that Nest checks before it registers it',
      ROUTE,
      async (app, demand) => {
        demand.equal(
          (await ask(app, '/orders')).trace,
          'GET /orders [server] code.function.name=OrdersController.list http.response.status_code=200',
          'the trace',
        );
      },
      { start: { nest: { routeConflictPolicy: { duplicate: 'error' } } } },
    ),
  ];
}

function versioned(route: string, method: string): string {
  return (
    `GET ${route} [server] code.function.name=VersionedController.${method} ` +
    'http.response.status_code=200'
  );
}
