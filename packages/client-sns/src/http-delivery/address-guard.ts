import { lookup as lookUp, type LookupAddress } from "node:dns";
import { BlockList, isIP, isIPv4 } from "node:net";
import type { LookupFunction } from "node:net";

/** Addresses that do not belong to the public Internet, by the registries of IANA. */
const PRIVATE_IPV4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const;
const PRIVATE_IPV6 = [
  ["::", 96],
  ["::ffff:0:0:0", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  // Teredo among others: the address of its client is in there.
  ["2001::", 23],
  ["2001:db8::", 32],
  ["3fff::", 20],
  ["5f00::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const;

const blocked = new BlockList();
for (const [network, bits] of PRIVATE_IPV6) blocked.addSubnet(network, bits, "ipv6");
for (const [network, bits] of PRIVATE_IPV4) {
  blocked.addSubnet(network, bits, "ipv4");
  // NAT64 (RFC 6052) and 6to4 (RFC 3056) lead to the IPv4 address that is in theirs.
  blocked.addSubnet(`64:ff9b::${network}`, 96 + bits, "ipv6");
  blocked.addSubnet(`2002:${hexadecimal(network)}::`, 16 + bits, "ipv6");
}

function hexadecimal(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split(".").map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

/** Whether an address is private, link-local, loopback or otherwise not of the public Internet. */
export function isPrivateAddress(address: string): boolean {
  if (isIPv4(address)) return blocked.check(address, "ipv4");
  // Also such as `::ffff:10.0.0.1`, which Node checks as the IPv4 address that it is.
  return blocked.check(address, "ipv6");
}

/** The error for an endpoint that is not to be called. */
export class PrivateAddressError extends Error {
  override readonly name = "PrivateAddressError";

  constructor(host: string) {
    super(`${host} is an address of a private network. Allow such endpoints with 'allowPrivateAddresses: true'.`);
  }
}

/** Refuses a URL whose host is a private address written out. @throws PrivateAddressError */
export function checkHost(hostname: string): void {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && isPrivateAddress(host)) throw new PrivateAddressError(host);
}

/**
 * Looks names up and refuses those that mean a private address. The check is of the very address that is connected to, so
 * a name that means another one the next moment does not get past it.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, "");
    if (addresses.some(({ address }) => isPrivateAddress(address))) {
      return callback(new PrivateAddressError(hostname), "");
    }
    return options.all === true ? callback(null, addresses) : answerFirst(addresses, callback);
  });
};

function answerFirst([first]: readonly LookupAddress[], callback: Parameters<LookupFunction>[2]): void {
  if (first === undefined) callback(new Error("The name has no address."), "");
  else callback(null, first.address, first.family);
}
