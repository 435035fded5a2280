import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkHost, isPrivateAddress } from "./address-guard.ts";
import { resolveSigning } from "./options.ts";
import { RateLimit } from "./rate-limit.ts";

describe("private addresses", () => {
  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
  ])("%s is one", (address) => {
    expect(isPrivateAddress(address)).toBe(true);
    expect(() => checkHost(address)).toThrow("is an address of a private network");
  });

  it.each(["8.8.8.8", "172.32.0.1", "2001:4860:4860::8888", "[2001:4860:4860::8888]", "example.com"])(
    "%s is none",
    (host) => {
      expect(() => checkHost(host)).not.toThrow();
    },
  );
});

describe("a rate limit", () => {
  it("spaces deliveries out, and lets one go at once after a pause", () => {
    const limit = new RateLimit();
    expect([0, 0, 0].map((now) => limit.delayMs(10, now))).toEqual([0, 100, 200]);
    expect(limit.delayMs(10, 1_000)).toBe(0);
    expect(limit.delayMs(undefined, 1_000)).toBe(0);
  });
});

describe("signing without a key", () => {
  it("makes one, whose public part receivers can check with", () => {
    const { certificate, path } = resolveSigning(undefined);
    expect(certificate).toContain("-----BEGIN PUBLIC KEY-----");
    expect(path).toMatch(/^\/SimpleNotificationService-[0-9a-f]{32}\.pem$/);
  });

  it("takes no other key than RSA", () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(() => resolveSigning({ privateKey: pem, certificate: "" })).toThrow("RSA key");
  });
});
