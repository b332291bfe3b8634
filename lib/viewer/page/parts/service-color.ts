/** The number of colours that services share: `--service-0` to `--service-11`, in both themes. */
export const SERVICE_COLOR_COUNT = 12;

/**
 * The colour of a service, as its number. It depends on the name only, so that a service has one colour on all
 * screens and on all days. Two services can have the same colour: a colour never stands without the name.
 */
export function serviceColorOf(service: string): number {
  // FNV-1a: its last bits are mixed well enough for a remainder.
  let hash = 0x811c9dc5;
  for (let i = 0; i < service.length; i++) {
    hash = Math.imul(hash ^ service.charCodeAt(i), 0x01000193);
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % SERVICE_COLOR_COUNT;
}
