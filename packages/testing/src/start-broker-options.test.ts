import { describe, expect, test } from "vitest";
import { resolveBrokerOptions } from "./start-broker-options.ts";

const env = { RABBITMQ_URL: "amqp://host", WARRENMQ_BROKER_VERSION: "" };

describe("the broker of RABBITMQ_URL", () => {
  test("is used when nothing is asked for", () => {
    expect(resolveBrokerOptions({}, env).url).toBe("amqp://host");
    expect(resolveBrokerOptions({ version: "any" }, env).url).toBe("amqp://host");
  });

  test.each([
    { own: true },
    { version: "4.3" },
    { plugins: ["rabbitmq_management"] },
    { config: "heartbeat = 5" },
    { tls: true },
  ] as const)("is not used for %o", (options) => {
    expect(resolveBrokerOptions(options, env).url).toBeUndefined();
  });

  test("is not used when the environment asks for a version", () => {
    const resolved = resolveBrokerOptions({}, { ...env, WARRENMQ_BROKER_VERSION: "4.0" });
    expect(resolved).toMatchObject({ url: undefined, version: "4.0" });
  });
});

describe("the version", () => {
  test("in the options goes before the environment's", () => {
    expect(resolveBrokerOptions({ version: "3.10" }, { WARRENMQ_BROKER_VERSION: "4.0" }).version).toBe("3.10");
    expect(resolveBrokerOptions({ version: "any" }, { WARRENMQ_BROKER_VERSION: "4.0" }).version).toBeUndefined();
  });

  test("must be one that can be had", () => {
    expect(() => resolveBrokerOptions({}, { WARRENMQ_BROKER_VERSION: "3.9" })).toThrow(
      `RabbitMQ version '3.9' is not available: ask for one of 3.10, 4.0, 4.3 or "any"`,
    );
  });
});
