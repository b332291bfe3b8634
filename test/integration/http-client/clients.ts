import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest, Agent as SecureAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { HttpService } from '@nestjs/axios';
import axios, { type AxiosResponse } from 'axios';
import got from 'got';
import { firstValueFrom } from 'rxjs';
import { request as undiciRequest } from 'undici';
import { tracedFetch } from '../../../lib/http/index.js';
import type {
  HttpClientSubject,
  ReceivedAnswer,
  RequestToSend,
} from '../../suites/http-client.suite.js';
import { readCertificate } from './target-server.js';

const keepAlive = new Agent({ keepAlive: true });
const keepAliveSecure = new SecureAgent({ keepAlive: true, ca: readCertificate('ca') });

function fetchSubject(name: string, send: typeof fetch): HttpClientSubject {
  return {
    name,
    followsRedirects: true,
    // A slow machine may need the time for the connection alone.
    errorTypes: { reset: /^(ECONNRESET|UND_ERR_SOCKET)$/, timeout: /^(TimeoutError|AbortError)$/ },
    async send(url, { method, headers, body, signal, timeoutMillis }) {
      const response = await send(url, {
        method: method ?? 'GET',
        headers: headers ?? {},
        signal: signal ?? (timeoutMillis ? AbortSignal.timeout(timeoutMillis) : null),
        ...(body === undefined ? {} : { body: body as unknown as string, duplex: 'half' as const }),
      });
      return {
        status: response.status,
        read: () => response.text(),
        giveUp: () => void response.body?.cancel(),
      };
    },
  };
}

const undici: HttpClientSubject = {
  name: 'request of undici',
  followsRedirects: false,
  errorTypes: { reset: /^(ECONNRESET|UND_ERR_SOCKET)$/, timeout: /^TimeoutError$/ },
  async send(url, { method, headers, body, signal, timeoutMillis }) {
    const timeout = timeoutMillis ? AbortSignal.timeout(timeoutMillis) : undefined;
    const response = await undiciRequest(url, {
      method: (method ?? 'GET') as 'GET',
      headers: headers ?? {},
      body: body ?? null,
      ...((signal ?? timeout) ? { signal: signal ?? timeout } : {}),
    });
    return {
      status: response.statusCode,
      read: () => response.body.text(),
      giveUp: () => {
        response.body.on('error', () => {});
        response.body.destroy();
      },
    };
  },
};

function nodeSubject(
  name: string,
  send: (url: string, options: RequestOptions) => ClientRequest,
  headersOf: (headers: Record<string, string>, url: string) => unknown = (headers) => headers,
): HttpClientSubject {
  return {
    name,
    followsRedirects: false,
    errorTypes: { reset: /^ECONNRESET$/, timeout: /^timeout$/ },
    send(url, { method, headers = {}, body, signal, timeoutMillis }) {
      return new Promise((resolve, reject) => {
        const request = send(url, {
          method: method ?? 'GET',
          headers: headersOf(headers, url) as Record<string, string>,
          ...(signal ? { signal } : {}),
        });
        if (timeoutMillis) request.setTimeout(timeoutMillis, () => request.destroy());
        request.on('error', reject);
        request.on('response', (response) => resolve(answerOf(response)));
        endWith(request, body);
      });
    },
  };
}

function answerOf(response: IncomingMessage): ReceivedAnswer {
  return {
    status: response.statusCode ?? 0,
    read: () => text(response),
    giveUp: () => {
      response.on('error', () => {});
      response.destroy();
    },
  };
}

function endWith(request: ClientRequest, body: string | Readable | undefined): void {
  if (typeof body === 'object') body.pipe(request);
  else request.end(body);
}

type Ask = (options: Record<string, unknown>) => Promise<AxiosResponse<Readable>>;

function axiosSubject(name: string, ask: Ask): HttpClientSubject {
  return {
    name,
    followsRedirects: true,
    errorTypes: { reset: /^ECONNRESET$/, timeout: /^ECONNABORTED$/ },
    async send(url, { method, headers, body, signal, timeoutMillis }) {
      const { status, data } = await ask({
        url,
        method: method ?? 'GET',
        headers: headers ?? {},
        data: body,
        responseType: 'stream',
        validateStatus: () => true,
        ...(signal ? { signal } : {}),
        ...(timeoutMillis ? { timeout: timeoutMillis } : {}),
      });
      return {
        status,
        read: () => text(data),
        giveUp: () => {
          data.on('error', () => {});
          data.destroy();
        },
      };
    },
  };
}

const nestHttpService = new HttpService(axios.create({ httpAgent: keepAlive }));

const gotSubject: HttpClientSubject = {
  name: 'got',
  followsRedirects: true,
  errorTypes: { reset: /^ECONNRESET$/, timeout: /^ETIMEDOUT$/ },
  async send(url, { method, headers, body, signal, timeoutMillis }: RequestToSend) {
    const stream = got.stream(url, {
      method: (method ?? 'GET') as 'GET',
      headers: headers ?? {},
      throwHttpErrors: false,
      retry: { limit: 0 },
      agent: { http: keepAlive },
      ...(signal ? { signal } : {}),
      ...(timeoutMillis ? { timeout: { request: timeoutMillis } } : {}),
      ...(typeof body === 'string' ? { body } : {}),
    });
    if (typeof body === 'object') body.pipe(stream);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      stream.on('error', reject);
      stream.on('response', resolve);
    });
    return {
      status: response.statusCode ?? 0,
      read: () => text(stream),
      giveUp: () => {
        stream.on('error', () => {});
        stream.destroy();
      },
    };
  },
};

/** Clients of HTTP over TCP without TLS. */
export const CLIENTS: readonly HttpClientSubject[] = [
  fetchSubject('fetch', (...args) => fetch(...args)),
  fetchSubject('tracedFetch', tracedFetch as typeof fetch),
  undici,
  nodeSubject('http.request', (url, options) => httpRequest(url, { ...options, agent: keepAlive })),
  nodeSubject(
    'http.request with an array of headers',
    (url, options) => httpRequest(url, { ...options, agent: keepAlive }),
    (headers, url) => ['Host', new URL(url).host, ...Object.entries(headers).flat()],
  ),
  axiosSubject('axios', (options) => axios({ ...options, httpAgent: keepAlive })),
  axiosSubject('@nestjs/axios', (options) => firstValueFrom(nestHttpService.request(options))),
  gotSubject,
];

export const SECURE_CLIENT: HttpClientSubject = nodeSubject('https.request', (url, options) =>
  httpsRequest(url, { ...options, agent: keepAliveSecure }),
);

/** Closes the connections that clients keep. */
export function closeClients(): void {
  keepAlive.destroy();
  keepAliveSecure.destroy();
}
