import { AsyncLocalStorage } from 'node:async_hooks';
import { SpanKind } from '@opentelemetry/api';
import { FloorSpan } from './floor-span.js';
import { ServerFacts, serverConstants } from './server-span.js';
import { encodeConstants, SpanEncoder } from './span-encoder.js';

/** Spans of one body. */
export const BATCH_SPANS = 512;
const BATCH_MILLIS = 5000;

const storage = new AsyncLocalStorage();

/**
 * What the tracing of a request costs at least: a tracer by hand for one application, with the attributes, the limits
 * and the redaction that nestjs-traced has by default, which encodes to OTLP protobuf. It has no options, takes
 * no samplers, processors or propagators, and guards against nothing that this application does not do.
 */
export class Floor {
  endedCount = 0;
  #encoder = new SpanEncoder('orders', 'floor');
  #send;
  #timer;

  /** @param send takes the body of a request and the number of its spans; returns true if it is done with the body */
  constructor(send) {
    this.#send = send;
  }

  /** The span of the code that runs. */
  get activeSpan() {
    return storage.getStore();
  }

  /**
   * Runs `proceed`, which handles the request, with its span active. The span ends when the response closes.
   *
   * @param route `{ template, functionName }`, or a function that gives it when the response has closed
   */
  run(request, response, route, proceed) {
    const span = FloorSpan.ofRequest(request.headers.traceparent);
    if (span === undefined) return proceed();
    const facts = new ServerFacts(request, typeof route === 'function' ? undefined : route);
    response.on('close', () => {
      facts.statusCode = response.headersSent ? response.statusCode : 0;
      if (typeof route === 'function') facts.route = route() ?? facts.route;
      this.#endServerSpan(span, facts);
    });
    return storage.run(span, proceed);
  }

  /** A decorator: each call of the method inside a request gets a span. */
  traced = (prototype, methodName, descriptor) => {
    const { value: method } = descriptor;
    const constants = encodeConstants(
      `${prototype.constructor.name}.${methodName}`,
      SpanKind.INTERNAL,
      [],
    );
    const floor = this;
    const value = function () {
      const parent = storage.getStore();
      // biome-ignore lint/complexity/noArguments: a rest parameter costs an array for each call
      const args = arguments;
      if (parent === undefined) return method.apply(this, args);
      const span = FloorSpan.childOf(parent);
      let result;
      try {
        result = storage.run(span, Reflect.apply, method, this, args);
      } catch (error) {
        floor.#fail(span, constants, error);
        throw error;
      }
      if (result instanceof Promise) return floor.#whenSettled(result, span, constants);
      floor.#end(span, constants);
      return result;
    };
    return { ...descriptor, value };
  };

  /** Sends the spans that have ended. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { body, spanCount } = this.#encoder.take();
    if (spanCount > 0) this.#encoder.reopen(storage.run(undefined, this.#send, body, spanCount));
  }

  #whenSettled(promise, span, constants) {
    return promise.then(
      (value) => {
        this.#end(span, constants);
        return value;
      },
      (error) => {
        this.#fail(span, constants, error);
        throw error;
      },
    );
  }

  #fail(span, constants, error) {
    span.failure = [error];
    span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
    this.#end(span, constants);
  }

  #endServerSpan(span, facts) {
    this.#end(span, serverConstants(facts), facts);
  }

  #end(span, constants, facts) {
    span.endMillis = performance.now();
    this.#encoder.add(span, constants, facts);
    this.endedCount++;
    if (this.#encoder.spanCount >= BATCH_SPANS) this.flush();
    else this.#timer ??= storage.run(undefined, () => this.#flushLater());
  }

  #flushLater() {
    return setTimeout(() => this.flush(), BATCH_MILLIS).unref();
  }
}
