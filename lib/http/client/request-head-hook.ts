import { ClientRequest, OutgoingMessage } from 'node:http';

/** The headers that Node is about to render: of `setHeader`, an array of the user, or none. */
export type HeadersOfHead = unknown[] | object | null | undefined;

/**
 * Called before Node renders the head of a request. Returns the headers to render. Must not throw, and
 * must not change an array of the user.
 */
export type HeadListener = (request: ClientRequest, headers: HeadersOfHead) => HeadersOfHead;

type StoreHeader = (this: ClientRequest, requestLine: string, headers: HeadersOfHead) => unknown;

interface RequestPrototype {
  _storeHeader: StoreHeader;
}

const prototype = prototypeOfNode();

/** Who listens; undefined while no application does, also if the wrapper had to stay. */
let listener: HeadListener | undefined;
/** The wrapper, while it is installed; and what it replaced. */
let installed: { readonly wrapper: StoreHeader; readonly undo: () => void } | undefined;

/**
 * Calls `onHead` before Node renders the head of a request, by a wrapper around one method of Node's
 * `ClientRequest`: for versions of Node that have no channel at this point. Requests of CommonJS and ESM
 * callers, and with any agent, pass through this method.
 *
 * Other tools may wrap the same method. If one has wrapped it after us, our wrapper stays below it, and
 * passes all calls through.
 *
 * @returns the function that ends it
 */
export function hookRequestHeads(onHead: HeadListener): () => void {
  listener = onHead;
  installed ??= install();
  return () => {
    listener = undefined;
    if (installed === undefined || prototype._storeHeader !== installed.wrapper) return;
    installed.undo();
    installed = undefined;
  };
}

function install(): NonNullable<typeof installed> {
  const own = Object.getOwnPropertyDescriptor(prototype, '_storeHeader');
  const original = prototype._storeHeader;
  const wrapper: StoreHeader = function _storeHeader(requestLine, headers) {
    const rendered = listener === undefined ? headers : listener(this, headers);
    return original.call(this, requestLine, rendered);
  };
  Object.defineProperty(prototype, '_storeHeader', {
    configurable: true,
    writable: true,
    value: wrapper,
  });
  const undo = (): void => {
    if (own === undefined) Reflect.deleteProperty(prototype, '_storeHeader');
    else Object.defineProperty(prototype, '_storeHeader', own);
  };
  return { wrapper, undo };
}

/** Tools for tests put a class of their own, which extends Node's, in the place of `ClientRequest`. */
function prototypeOfNode(): RequestPrototype {
  let candidate = ClientRequest.prototype as object;
  for (;;) {
    const parent: object | null = Object.getPrototypeOf(candidate);
    if (parent === null || parent === OutgoingMessage.prototype) break;
    candidate = parent;
  }
  return candidate as RequestPrototype;
}
