import { BlockList, isIP, isIPv4 } from "node:net";
import { PolicyError } from "./policy.ts";

/** Checks a CIDR (`10.0.0.0/24`, `2001:db8::/32`) or a single address. The texts are AWS's. @throws PolicyError */
export function checkCidr(text: string): void {
  const [address = "", bits, ...more] = text.split("/");
  if (more.length > 0) throw new PolicyError("Malformed CIDR, one '/' required");
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) {
    throw new PolicyError("Malformed CIDR, mask bits must be an integer");
  }
  if (isIP(address) === 0) throw new PolicyError(`Nonstandard IP address: ${address}`);
  const most = isIPv4(address) ? 32 : 128;
  if (Number(bits ?? 0) > most) throw new PolicyError(`Malformed CIDR, mask bits must be <= ${most}`);
}

/** Tells whether a text is an address within the range; the range was checked before. */
export function cidrMatcher(text: string): (value: string) => boolean {
  const [network = "", bits] = text.split("/");
  const family = isIPv4(network) ? "ipv4" : "ipv6";
  const range = new BlockList();
  range.addSubnet(network, Number(bits ?? (family === "ipv4" ? 32 : 128)), family);
  const version = family === "ipv4" ? 4 : 6;
  return (value) => isIP(value) === version && range.check(value, family);
}
