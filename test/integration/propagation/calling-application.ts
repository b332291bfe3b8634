import { request as sendRequest } from 'node:http';
import { Body, Controller, type DynamicModule, Module, Param, Post } from '@nestjs/common';
import axios from 'axios';
import { tracedFetch } from '../../../lib/http/index.js';
import type { RawHeader } from './w3c-cases.js';

/** Posts to a URL, and reads the answer. */
type Call = (url: string) => Promise<unknown>;

/** The clients by which the application sends its requests. */
export const CALLS: Readonly<Record<string, Call>> = {
  tracedFetch: async (url) => (await tracedFetch(url, { method: 'POST', body: '[]' })).text(),
  fetch: async (url) => (await fetch(url, { method: 'POST', body: '[]' })).text(),
  axios: (url) => axios.post(url, '[]'),
  'http.request': (url) =>
    new Promise((resolve, reject) => {
      const request = sendRequest(url, { method: 'POST' }, (response) => {
        response.resume().on('end', resolve);
      });
      request.on('error', reject).end('[]');
    }),
};

/** Sends a request to each URL that it is given. */
@Controller('calls/:client')
class CallsController {
  @Post()
  async call(@Param('client') client: string, @Body() urls: string[]): Promise<string> {
    for (const url of urls) await CALLS[client]?.(url);
    return 'called';
  }
}

/** An application that makes the calls it is asked for, without its tracing. */
@Module({ controllers: [CallsController] })
export class CallingModule {
  static with(tracing: DynamicModule): DynamicModule {
    return { module: CallingModule, imports: [tracing] };
  }
}

/** Asks an application for calls, with headers that go over the wire as they are given. */
export function askForCalls(
  port: number,
  urls: readonly string[],
  headers: readonly RawHeader[],
  client = 'tracedFetch',
): Promise<number | undefined> {
  const body = JSON.stringify(urls);
  const raw = [
    ['Host', `127.0.0.1:${port}`],
    ['Connection', 'close'],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ...headers,
  ].flat();
  return new Promise((resolve, reject) => {
    const request = sendRequest({
      host: '127.0.0.1',
      port,
      path: `/calls/${client}`,
      method: 'POST',
      headers: raw,
    });
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject);
    request.end(body);
  });
}
