/**
 * The target of a request in origin form, `/path?query`, whichever form it came in: proxies may send
 * the absolute form, `http://host/path?query`. Spec: RFC 9112, section 3.2.
 */
export function toOriginForm(target: string): string {
  if (target.charCodeAt(0) === SLASH) return target;
  const match = /^https?:\/\/[^/?#]*(.*)$/is.exec(target);
  if (match === null) return target;
  const rest = match[1] as string;
  return rest.charCodeAt(0) === SLASH ? rest : `/${rest}`;
}

const SLASH = 0x2f;
