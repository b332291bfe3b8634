import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';

export interface ExpressRequest extends IncomingMessage {
  readonly params: Readonly<Record<string, string>>;
}

export interface ExpressResponse extends ServerResponse {
  status(code: number): ExpressResponse;
  send(body: string): ExpressResponse;
}

export type ExpressNext = (error?: unknown) => void;
export type ExpressHandler = (
  request: ExpressRequest,
  response: ExpressResponse,
  next: ExpressNext,
) => unknown;
export type ExpressErrorHandler = (
  error: unknown,
  request: ExpressRequest,
  response: ExpressResponse,
  next: ExpressNext,
) => unknown;
export type ExpressPath = string | RegExp | readonly (string | RegExp)[];

export interface ExpressRouter extends ExpressHandler {
  readonly stack: Record<string, unknown>[];
  get(path: ExpressPath, ...handlers: ExpressHandler[]): unknown;
  all(path: ExpressPath, ...handlers: ExpressHandler[]): unknown;
  post(path: ExpressPath, ...handlers: ExpressHandler[]): unknown;
  use(...handlers: (ExpressHandler | ExpressErrorHandler)[]): unknown;
  use(path: ExpressPath, ...handlers: ExpressHandler[]): unknown;
}

export type ExpressApplication = Omit<ExpressRouter, 'stack'> &
  RequestListener & { readonly router: ExpressRouter };

interface Express {
  (): ExpressApplication;
  Router(options?: { mergeParams?: boolean }): ExpressRouter;
}

/** The Express of Nest's adapter: it is not a dependency of its own, and has no types here. */
export const express: Express = createRequire(
  createRequire(import.meta.url).resolve('@nestjs/platform-express'),
)('express');
