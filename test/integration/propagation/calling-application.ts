import { request as sendRequest } from 'node:http';
import { Body, Controller, type DynamicModule, Module, Post } from '@nestjs/common';
import { tracedFetch } from '../../../lib/http/index.js';
import type { RawHeader } from './w3c-cases.js';

/** Sends a request to each URL that it is given. */
@Controller('calls')
class CallsController {
  @Post()
  async call(@Body() urls: string[]): Promise<string> {
    for (const url of urls) {
      const response = await tracedFetch(url, { method: 'POST', body: '[]' });
      await response.text();
    }
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
      path: '/calls',
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
