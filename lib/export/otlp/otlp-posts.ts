import type { PostPlan } from '../span-post.js';
import { OTLP_USER_AGENT, readOtlpAnswer } from './answer.js';
import { JsonEncoding } from './json-encoding.js';
import { ProtobufEncoding } from './protobuf-encoding.js';

/** The forms in which OTLP is posted. */
export type OtlpHttpProtocol = 'http/protobuf' | 'http/json';

/** How spans are posted to a receiver of OTLP. */
export function otlpPosts(
  protocol: OtlpHttpProtocol,
): Pick<PostPlan, 'userAgent' | 'encoding' | 'readAnswer'> {
  return {
    userAgent: OTLP_USER_AGENT,
    encoding: protocol === 'http/json' ? new JsonEncoding() : new ProtobufEncoding(),
    readAnswer: readOtlpAnswer,
  };
}
