import { describe, expect, it } from "vitest";
import { resolveBrokerOptions } from "./broker-options.ts";

const env = { RABBITMQ_URL: "amqp://from-environment" };

describe("the broker's address", () => {
  it("comes from rabbitmq.url before the environment", () => {
    expect(resolveBrokerOptions({ rabbitmq: { url: ["amqp://a", "amqp://b"] } }, env)).toEqual({
      url: ["amqp://a", "amqp://b"],
    });
  });

  it("comes from an AMQP endpoint before the environment", () => {
    expect(resolveBrokerOptions({ endpoint: "amqps://broker/vhost" }, env)).toEqual({ url: "amqps://broker/vhost" });
  });

  it("comes from the environment otherwise, also beside an emulator's endpoint", () => {
    expect(resolveBrokerOptions({ endpoint: "http://localhost:4566" }, env)).toEqual({
      url: "amqp://from-environment",
    });
    expect(resolveBrokerOptions({ rabbitmq: { timeoutMs: 5 } }, env)).toEqual({
      url: "amqp://from-environment",
      timeoutMs: 5,
    });
  });

  it("stays absent when nothing names one", () => {
    expect(resolveBrokerOptions({}, {})).toEqual({});
  });

  it("is refused when it is given twice", () => {
    expect(() => resolveBrokerOptions({ rabbitmq: { url: "amqp://a" }, endpoint: "amqp://b" }, env)).toThrow(
      "'rabbitmq.url', 'endpoint' (an AMQP address) are mutually exclusive",
    );
  });
});
