import { hintFor } from '../transport/connection-hints.js';
import type { GrpcError } from './grpc-package.js';

const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;
const MAX_MESSAGE_LENGTH = 500;
/** Compression can make a short body a little longer. */
const MAX_GROWTH_BYTES = 1024;

/**
 * Whether a server refused a message for its length. The servers of Go, Node and C++ say that it is "larger
 * than max (5000000 vs. 4194304)", those of Java and .NET that it "exceeds maximum size 4194304: 5000000"
 * or "the configured maximum"; a proxy answers with the status 413 of HTTP.
 *
 * @param bodyBytes the length of the message before compression
 */
export function isTooLong({ code, details }: GrpcError, bodyBytes: number): boolean {
  const text = String(details).slice(0, MAX_MESSAGE_LENGTH);
  if (/\bHTTP status code 413\b/.test(text)) return true;
  if (code !== RESOURCE_EXHAUSTED) return false;
  if (!/larger than max|exceed(s|ed)? .{0,20}maximum/i.test(text)) return false;
  return !isAboutResponse(text, bodyBytes);
}

/**
 * Describes how a call failed.
 *
 * @param bodyBytes as in {@link isTooLong}
 */
export function troubleOf({ code, message }: GrpcError, bodyBytes: number): string {
  const text = String(message).slice(0, MAX_MESSAGE_LENGTH);
  const isOtherProtocol =
    /\bProtocol error\b/.test(text) ||
    (code === RESOURCE_EXHAUSTED && isAboutResponse(text, bodyBytes));
  if (!isOtherProtocol) {
    const hint = code === UNAVAILABLE ? hintFor(text) : undefined;
    return hint === undefined ? text : `${text}; ${hint}`;
  }
  return `${text}; the server does not speak gRPC. Is this its port for HTTP?`;
}

/**
 * The package also says "larger than max (1752460652 vs 4194304)" when it reads the length of a response
 * out of a web page. The length of our message is known, so a much larger one is not ours.
 */
function isAboutResponse(details: string, bodyBytes: number): boolean {
  const length = /\blarger than max \((\d{1,15}) vs/.exec(details)?.[1];
  return length !== undefined && Number(length) > bodyBytes + MAX_GROWTH_BYTES;
}
