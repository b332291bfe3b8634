import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Looks `localhost` up, and adds the loopback addresses that the name service leaves out: many images know the name for
 * one family only, and a receiver may listen on the other one. Node tries the addresses one after the other. Spec: RFC
 * 6761, section 6.3.
 */
export const lookupLocalhost: LookupFunction = (hostname, options, callback) => {
  // Nest has not loaded this module when the library is imported.
  const { lookup } = process.getBuiltinModule('node:dns');
  lookup(hostname, options, (error, found, family) => {
    // One address is wanted where the user has switched off that Node tries several.
    if (options.all !== true) {
      callback(error, found as unknown as string, family);
      return;
    }
    const known = error === null ? (found as unknown as LookupAddress[]) : [];
    const wanted = LOOPBACK.filter(
      (each) =>
        isOfFamily(each, options.family) && known.every(({ address }) => address !== each.address),
    );
    callback(null, [...known, ...wanted]);
  });
};

function isOfFamily({ family }: LookupAddress, wanted: number | string | undefined): boolean {
  return !wanted || wanted === family || wanted === `IPv${family}`;
}
