import { describe, expect, it } from "vitest";
import { addressOf, parseStreamAddresses } from "./address.ts";

describe("parseStreamAddresses", () => {
  it.each([
    ["rabbitmq-stream://host", undefined, "host", 5552, false],
    ["rabbitmq-stream://host:80", undefined, "host", 80, false],
    ["rabbitmq-stream+tls://host", undefined, "host", 5551, true],
    ["rabbitmq-stream+tls://host:443", 9, "host", 443, true],
    ["rabbitmq-stream://[::1]:5", undefined, "::1", 5, false],
    ["amqp://host:5672", undefined, "host", 5552, false],
    ["amqps://host:5671", undefined, "host", 5551, true],
    ["amqp://host:5672", 7_000, "host", 7_000, false],
  ])("%s with port %s", (url, port, host, expectedPort, isTls) => {
    expect(parseStreamAddresses(url, port)).toMatchObject([{ host, port: expectedPort, isTls }]);
  });

  it("reads credentials and virtual host, and shows the credentials to nobody", () => {
    const [address] = parseStreamAddresses("rabbitmq-stream://a%40b:s%2Fecret@host/my%2Fhost", undefined);
    expect(address).toMatchObject({ username: "a@b", password: "s/ecret", virtualHost: "my/host" });
    expect(address?.label).toBe("host:5552/my/host");
  });

  it("is guest on the virtual host / when nothing else is said", () => {
    const [address] = parseStreamAddresses("rabbitmq-stream://host/", undefined);
    expect(address).toMatchObject({ username: "guest", password: "guest", virtualHost: "/", label: "host:5552/" });
  });

  it("takes several, in an array or separated by commas", () => {
    const addresses = parseStreamAddresses(["rabbitmq-stream://a, rabbitmq-stream://b", "amqp://c"], undefined);
    expect(addresses.map(({ host }) => host)).toEqual(["a", "b", "c"]);
  });

  it.each([
    undefined,
    "",
    "http://host",
    "host:5552",
    "rabbitmq-stream://",
    "rabbitmq-stream://:s3cret@",
    "amqp://u:%ZZs3cret@host",
  ])("refuses %j without repeating it", (url) => {
    const failure = expect(() => parseStreamAddresses(url, undefined));
    failure.toThrow(expect.objectContaining({ code: "invalid-address" }));
    failure.not.toThrow(/s3cret/);
  });
});

describe("addressOf", () => {
  it("goes to another node with the same credentials", () => {
    const [like] = parseStreamAddresses("rabbitmq-stream+tls://me:pw@host/v", undefined);
    if (like === undefined) throw new Error("no address");
    expect(addressOf({ host: "other", port: 1 }, like)).toEqual({
      ...like,
      host: "other",
      port: 1,
      label: "other:1/v",
    });
  });
});
