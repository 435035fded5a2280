import { generateKeyPairSync } from "node:crypto";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { startActionListener } from "./action-listener.ts";
import { checkHost, isPrivateAddress } from "./address-guard.ts";
import { resolveSigning } from "./options.ts";
import { RateLimit, type Clock } from "./rate-limit.ts";

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
    "::10.0.0.1",
    "fec0::1",
    "fe80::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:0:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "2002:a00:1::1",
    "2002:c0a8:101::",
    "2001:0:808:808::1",
    "2001:db8::1",
    "203.0.113.1",
    "fe80::1%lo",
  ])("%s is one", (address) => {
    expect(isPrivateAddress(address)).toBe(true);
    expect(() => checkHost(address)).toThrow("is an address of a private network");
  });

  it.each([
    "8.8.8.8",
    "172.32.0.1",
    "2001:4860:4860::8888",
    "[2001:4860:4860::8888]",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "example.com",
  ])("%s is none", (host) => {
    expect(() => checkHost(host)).not.toThrow();
  });
});

/** The times at which so many turns come that are asked for at once, when timers are late by so much in turn. */
async function turns(perSecond: number, count: number, lateMs: readonly number[] = []): Promise<readonly number[]> {
  let now = 5_000;
  let pauses = 0;
  const clock: Clock = {
    now: () => now,
    pause: (ms) => {
      now += ms + (lateMs[pauses++] ?? 0);
      return Promise.resolve();
    },
  };
  const limit = new RateLimit(clock);
  const times = Array.from({ length: count }, () => limit.turn(perSecond).then(() => now - 5_000));
  return Promise.all(times);
}

describe("a rate limit", () => {
  it("spaces deliveries out", async () => {
    expect(await turns(10, 4)).toEqual([0, 100, 200, 300]);
  });

  it("lets no burst follow a time in which the process was held up", async () => {
    expect(await turns(10, 4, [700, 0, 0])).toEqual([0, 800, 900, 1_000]);
  });

  it("waits no longer for a timer that comes early than it must", async () => {
    expect(await turns(10, 3, [-50, 0, 0])).toEqual([0, 100, 200]);
  });

  it("lets those go together that are nearer to each other than a timer is exact", async () => {
    const times = await turns(4_000, 400);
    expect(times.filter((ms) => ms < 50).length).toBeLessThanOrEqual(50 * 4 + 4);
    expect(times.at(-1)).toBeGreaterThan(95);
    expect(times.at(-1)).toBeLessThan(101);
  });

  it("lets one go at once after a pause", async () => {
    let now = 0;
    const limit = new RateLimit({ now: () => now, pause: () => Promise.reject(new Error("there is no need to wait")) });
    await limit.turn(10);
    now = 100;
    await limit.turn(10);
  });
});

describe("the worker's listener", () => {
  it.each([
    ["GET", "/none", 404],
    ["GET", "//", 400],
    ["GET", "http://[", 400],
    ["POST", "/?Action=Unsubscribe", 405],
    ["GET", "/cert.pem", 200],
  ])("answers %s %s with %i", async (method, path, status) => {
    const parts = { host: "127.0.0.1", port: 0, certificate: "c", certificatePath: "/cert.pem", newContext };
    const listener = await startActionListener(parts);
    try {
      // Boundary: a TCP server's address is always an AddressInfo.
      const { port } = Object(listener.address()) satisfies AddressInfo;
      const answered = await new Promise((resolve, reject) => {
        const sent = request({ method, path, port, host: "127.0.0.1", agent: false }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode));
        });
        sent.on("error", reject).end();
      });
      expect(answered).toBe(status);
    } finally {
      listener.close();
    }
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

function newContext(): never {
  throw new Error("The broker is not asked.");
}
