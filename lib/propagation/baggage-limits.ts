/** The limits up to which every participant must propagate baggage. Spec: W3C Baggage, `HTTP_HEADER_FORMAT.md#limits`. */
export const MAX_BAGGAGE_MEMBERS = 64;
export const MAX_BAGGAGE_BYTES = 8192;

/**
 * Returns the members within the limits, in the given order. Later members have precedence: the caller's
 * baggage is first in the list, and must not displace an entry that this process adds.
 *
 * @param members ASCII texts
 * @param overhead additional bytes for each member after the first
 */
export function membersWithinLimits(
  members: readonly string[],
  overhead: number,
): readonly string[] {
  let bytes = -overhead;
  for (const member of members) bytes += member.length + overhead;
  if (members.length <= MAX_BAGGAGE_MEMBERS && bytes <= MAX_BAGGAGE_BYTES) return members;
  const latestFirst: string[] = [];
  bytes = -overhead;
  for (let i = members.length - 1; i >= 0 && latestFirst.length < MAX_BAGGAGE_MEMBERS; i--) {
    const member = members[i] as string;
    if (bytes + overhead + member.length > MAX_BAGGAGE_BYTES) continue;
    bytes += overhead + member.length;
    latestFirst.push(member);
  }
  return latestFirst.reverse();
}
