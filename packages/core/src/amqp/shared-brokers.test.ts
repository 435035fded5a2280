import { expect, it } from "vitest";
import { remainingMs } from "./deadline.ts";
import { leaseBroker } from "./shared-brokers.ts";

it("clients with the same address share one broker link, each with its own time-out", () => {
  const url = "amqp://127.0.0.1:1";
  const [first, second] = [leaseBroker({ url }), leaseBroker({ url, timeoutMs: 50, heartbeatSeconds: 5 })];
  expect(second.broker).toBe(first.broker);
  expect(remainingMs(second.deadline())).toBeLessThanOrEqual(50);
  expect(remainingMs(first.deadline())).toBeGreaterThan(10_000);
  for (const lease of [first, second]) lease.release();
});

it("another address, other TLS settings or another connection name are another link", () => {
  const leases = [
    leaseBroker({ url: "amqp://127.0.0.1:1" }),
    leaseBroker({ url: "amqp://127.0.0.1:2" }),
    leaseBroker({ url: "amqp://127.0.0.1:1", tls: { servername: "broker" } }),
    leaseBroker({ url: "amqp://127.0.0.1:1", connectionName: "batch" }),
  ];
  expect(new Set(leases.map(({ broker }) => broker)).size).toBe(4);
  for (const lease of leases) lease.release();
});

const settings = () => () => ({ servername: "broker" });

it("a function that gives TLS settings is shared with itself alone", () => {
  const [tls, other] = [settings(), settings()];
  const leases = [tls, tls, other].map((each) => leaseBroker({ url: "amqps://127.0.0.1:1", tls: each }));
  const [first, second, third] = leases.map(({ broker }) => broker);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  for (const lease of leases) lease.release();
});

it("the link that its last client gave back is not used again", () => {
  const url = "amqp://127.0.0.1:1";
  const first = leaseBroker({ url });
  first.release();
  first.release();
  const second = leaseBroker({ url });
  expect(second.broker).not.toBe(first.broker);
  second.release();
});
