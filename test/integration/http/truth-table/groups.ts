import type { Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  goAwayAtOnce,
  goAwayGently,
  leaving,
  resetBefore,
  resetDuring,
  sendingHttp2,
  upgrading,
  uploading,
  writing,
} from './clients.js';
import { ROUTING_GROUPS } from './routing-groups.js';
import { BODY_LIMIT_BYTES, starting } from './start.js';
import type { Group } from './table.js';
import { ThingsController } from './things.controller.js';
import {
  ExpressUploadController,
  FastifyUploadController,
  MAX_FILE_BYTES,
} from './upload.controller.js';

const tooLong = JSON.stringify('x'.repeat(2 * BODY_LIMIT_BYTES));

const answers: Group = {
  name: 'answers',
  platforms: ['express', 'fastify'],
  start: starting({
    controllers: [ThingsController],
    configure: (application) => application.enableCors(),
  }),
  // biome-ignore format: a table
  rows: [
    ['200',                     'GET /things/1',                          'GET /things/:id 200'],
    ['200 to a query',          'GET /things/1?full=1',                   'GET /things/:id 200'],
    ['201',                     'POST /things {"id":1}',                  'POST /things 201'],
    ['204',                     'DELETE /things/1',                       'DELETE /things/:id 204'],
    ['a redirect',              'GET /moved',                             'GET /moved 302'],
    ['304',                     'GET /unchanged',                         'GET /unchanged 304'],
    ['400 by a pipe',           'GET /numbered/x',                        'GET /numbered/:number 400 (exception BadRequestException "Validation failed (numeric string is expected)")'],
    ['401 by a guard',          'GET /unauthorized',                      'GET /unauthorized 401 (exception UnauthorizedException "no token")'],
    ['403 by a guard',          'GET /forbidden',                         'GET /forbidden 403 (exception ForbiddenException "Forbidden resource")'],
    ['404, an unknown route',   'GET /nowhere',                           'GET 404'],
    ['404, another method',     'PUT /things/1',                          'PUT 404'],
    ['404, thrown',             'GET /missing',                           'GET /missing 404 (exception NotFoundException "no such thing")'],
    ['408 by an interceptor',   'GET /slow',                              'GET /slow 408 (exception RequestTimeoutException "too slow")'],
    ['413',                     `POST /things ${tooLong}`,                { express: 'POST 413 (exception HttpException "request entity too large")', fastify: 'POST /things 413 (exception HttpException "Request body is too large")' }],
    ['415',                     'POST /things [Content-Type: text/none; charset=none] {}', { express: undefined, fastify: 'POST /things 415 (exception HttpException "Unsupported Media Type")' }],
    ['415, a charset',          'POST /things [Content-Type: application/json; charset=none] {}', { express: 'POST 415 (exception HttpException "unsupported charset \\"NONE\\"")', fastify: undefined }],
    ['malformed JSON',          'POST /things {"id":',                    { express: 'POST 400 (exception BadRequestException "Unexpected end of JSON input")', fastify: `POST /things 400 (exception HttpException "Body is not valid JSON but content-type is set to 'application/json'")` }],
    ['418 with a cause',        'GET /teapot',                            'GET /teapot 418 (exception HttpException "short and stout")'],
    ['500, thrown',             'GET /fails',                             'GET /fails 500 error=StockError "no stock" (exception StockError "no stock")'],
    ['500 with causes',         'GET /fails/cause',                       'GET /fails/cause 500 error=StockError "no stock" (exception StockError "no stock")'],
    ['500, several errors',     'GET /fails/aggregate',                   'GET /fails/aggregate 500 error=AggregateError "All promises were rejected" (exception AggregateError "All promises were rejected")'],
    ['an error for a filter',   'GET /filtered',                          'GET /filtered 409 (exception StockError "no stock")'],
    ['an error in a filter',    'GET /filtered/broken',                   'GET /filtered/broken 500 error=StockError "filter broke" (exception NotFoundException "no such thing") (exception StockError "filter broke")'],
    ['an error after headers',  'GET /late/failure',                      'GET /late/failure 200 error=StockError "no stock" (exception StockError "no stock")'],
    ['a refusal after headers', 'GET /late/refusal',                      'GET /late/refusal 200 (exception NotFoundException "no such thing")'],
    ['a destroyed response',    'GET /destroyed',                         'GET /destroyed 200 error=StockError "disk gone" (exception StockError "disk gone")'],
    ['a timeout of the socket', 'GET /idle',                              'GET /idle (request aborted)'],
    ['an abort at once',        leaving('at once', 'GET /never'),         'GET /never (request aborted)'],
    ['an abort before',         leaving('before', 'GET /never'),          'GET /never (request aborted)'],
    ['an abort during',         leaving('during', 'GET /half'),           'GET /half 200 (request aborted)'],
    ['an abort of the body',    leaving('at once', 'POST /things [Content-Length: 9] {'), { express: 'POST 400 (exception HttpException "request aborted") (request aborted)', fastify: 'POST /things (request aborted)' }],
    ['a streamed body',         'GET /stream',                            'GET /stream 200'],
    ['a StreamableFile',        'GET /file',                              'GET /file 200'],
    ['a file that fails',       'GET /file/early',                        { express: 'GET /file/:when 400 (exception StockError "disk gone")', fastify: 'GET /file/:when 500 error=StockError "disk gone" (exception StockError "disk gone")' }],
    ['a file that fails late',  'GET /file/late',                         'GET /file/:when 200 error=StockError "disk gone" (exception StockError "disk gone")'],
    ['a client leaves a file',  leaving('during', 'GET /file/endless'),   'GET /file/:when 200 (request aborted)'],
    ['HEAD',                    'HEAD /things/1',                         'HEAD /things/:id 200'],
    ['HEAD, an unknown route',  'HEAD /nowhere',                          'HEAD 404'],
    ['OPTIONS, a preflight',    'OPTIONS /things [Origin: http://a] [Access-Control-Request-Method: POST]', 'OPTIONS 204'],
    ['OPTIONS',                 'OPTIONS /things/1',                      { express: 'OPTIONS 204', fastify: 'OPTIONS 400' }],
    ['an unknown method',       'PURGE /things/1',                        'HTTP 404'],
    ['a path with %',           'GET /things/%zz',                        { express: `GET 400 (exception BadRequestException "Failed to decode param '%zz'")`, fastify: 'GET 400' }],
    ['Expect: 100-continue',    'POST /things [Expect: 100-continue] {}', 'POST /things 201'],
    ['no HTTP',                 writing('GARBAGE', '', ''),               []],
  ],
};

const events: Group = {
  name: 'server-sent events',
  platforms: ['express', 'fastify'],
  start: starting({ controllers: [ThingsController] }),
  // biome-ignore format: a table
  rows: [
    ['a stream that ends',      'GET /events',                            'GET /events 200'],
    ['a promise of a stream',   'GET /events/later',                      'GET /events/later 200'],
    ['a stream that fails',     'GET /events/failing',                    'GET /events/failing 200 error=StockError "no stock" (exception StockError "no stock")'],
    ['… after a promise',       'GET /events/failing/later',              'GET /events/failing/later 200 error=StockError "no stock" (exception StockError "no stock")'],
    ['a refusal in a stream',   'GET /events/closed',                     'GET /events/closed 200 (exception NotFoundException "no more events")'],
    ['a refusal',               'GET /events/refused',                    'GET /events/refused 404 (exception NotFoundException "no such events")'],
    ['a client that leaves',    leaving('during', 'GET /events/endless'), 'GET /events/endless 200 (request aborted)'],
    ['… before the stream',     leaving('before', 'GET /events/too-late'), 'GET /events/too-late (request aborted)'],
    ['… at once',               leaving('at once', 'GET /events/too-late'), 'GET /events/too-late (request aborted)'],
  ],
};

const connections: Group = {
  name: 'connections',
  platforms: ['express', 'fastify'],
  start: starting({
    controllers: [ThingsController],
    listening: (server: Server) =>
      server.on('upgrade', (request, socket) => {
        socket.resume().on('end', () => socket.destroy());
        if (request.url === '/refused') socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
        else
          socket.write(
            'HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n',
          );
      }),
  }),
  // biome-ignore format: a table
  rows: [
    ['an upgrade',              upgrading('/things/1'),                   []],
    ['a refused upgrade',       'GET /refused [Connection: Upgrade] [Upgrade: echo]', []],
    ['pipelined requests',      writing('GET /things/1 HTTP/1.1', 'Host: a', '', 'GET /missing HTTP/1.1', 'Host: a', 'Connection: close', '', ''), ['GET /things/:id 200', 'GET /missing 404 (exception NotFoundException "no such thing")']],
    ['one waits for the other', writing('GET /slow HTTP/1.1', 'Host: a', '', 'GET /things/1 HTTP/1.1', 'Host: a', 'Connection: close', '', ''), ['GET /slow 408 (exception RequestTimeoutException "too slow")', 'GET /things/:id 200']],
  ],
};

const unclaimedUpgrade: Group = {
  name: 'an upgrade that nobody claims',
  platforms: ['express', 'fastify'],
  start: starting({ controllers: [ThingsController] }),
  rows: [
    ['is a request', 'GET /things/1 [Connection: Upgrade] [Upgrade: echo]', 'GET /things/:id 200'],
  ],
};

const uploads: Group = {
  name: 'uploads',
  platforms: ['express', 'fastify'],
  start: starting((platform) => ({
    controllers: [platform === 'express' ? ExpressUploadController : FastifyUploadController],
    configure: async (application) => {
      if (platform === 'express') return;
      const { default: multipart } = await import('@fastify/multipart');
      await application
        .getHttpAdapter()
        .getInstance()
        .register(multipart, { limits: { fileSize: MAX_FILE_BYTES } });
    },
  })),
  // biome-ignore format: a table
  rows: [
    ['a file',                  uploading('/upload', 10),                 'POST /upload 201'],
    ['a file that is too long', uploading('/upload', 2000),               'POST /upload 413 (exception PayloadTooLargeException "File too large")'],
    ['a form that ends early',  uploading('/upload', 10).slice(0, -12),   { express: 'POST /upload 400 (exception BadRequestException "Multipart: Unexpected end of form")', fastify: 'POST /upload 413 (exception PayloadTooLargeException "File too large")' }],
    ['an abort',                leaving('at once', uploading('/upload', 10).slice(0, -12).replace('Content-Type', 'Content-Length: 999] [Content-Type')), 'POST /upload (request aborted)'],
  ],
};

const http2: Group = {
  name: 'HTTP/2',
  platforms: ['fastify'],
  start: starting(() => ({
    controllers: [ThingsController],
    // Its options do not know it.
    adapter: new FastifyAdapter({ http2: true, forceCloseConnections: true } as never),
  })),
  // biome-ignore format: a table
  rows: [
    ['200',                     sendingHttp2('GET', '/things/1'),         'GET /things/:id 200'],
    ['HEAD',                    sendingHttp2('HEAD', '/things/1'),        'HEAD /things/:id 200'],
    ['404',                     sendingHttp2('GET', '/nowhere'),          'GET 404'],
    ['500',                     sendingHttp2('GET', '/fails'),            'GET /fails 500 error=StockError "no stock" (exception StockError "no stock")'],
    ['a redirect',              sendingHttp2('GET', '/moved'),            'GET /moved 302'],
    ['events',                  sendingHttp2('GET', '/events'),           'GET /events 200'],
    ['a file',                  sendingHttp2('GET', '/file'),             'GET /file 200'],
    ['RST_STREAM before',       sendingHttp2('GET', '/never', resetBefore), 'GET /never (request aborted)'],
    ['RST_STREAM during',       sendingHttp2('GET', '/half', resetDuring), 'GET /half 200 (request aborted)'],
    ['GOAWAY, streams finish',  sendingHttp2('GET', '/slow', goAwayGently), 'GET /slow 408 (exception RequestTimeoutException "too slow")'],
    ['GOAWAY, streams end',     sendingHttp2('GET', '/never', goAwayAtOnce), 'GET /never (request aborted)'],
  ],
};

/** All rows, by application. */
export const GROUPS: readonly Group[] = [
  answers,
  events,
  connections,
  unclaimedUpgrade,
  uploads,
  http2,
  ...ROUTING_GROUPS,
];
