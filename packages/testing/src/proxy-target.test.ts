import { expect, test } from "vitest";
import { proxyTarget } from "./proxy-target.ts";

test.each([
  ["amqp://guest:guest@broker:5673/vhost", "broker", 5673, "amqp://guest:guest@127.0.0.1:9/vhost"],
  ["amqp://host", "host", 5672, "amqp://127.0.0.1:9"],
  ["rabbitmq-stream+tls://u:p@host/v", "host", 5551, "rabbitmq-stream+tls://u:p@127.0.0.1:9/v"],
  ["amqps://us%40er:p%2Fw@[::1]/%2F?heartbeat=5", "::1", 5671, "amqps://us%40er:p%2Fw@127.0.0.1:9/%2F?heartbeat=5"],
])("the URL through a proxy keeps all of %s but the address", (url, host, port, through) => {
  const target = proxyTarget(url);
  expect([target.host, target.port, target.urlThrough(9)]).toEqual([host, port, through]);
});

test("a plain address is taken for a broker with guest's credentials", () => {
  const target = proxyTarget({ host: "::1", port: 7 });
  expect([target.host, target.port, target.urlThrough(9)]).toEqual(["::1", 7, "amqp://guest:guest@127.0.0.1:9"]);
});

test("another protocol is refused", () => {
  expect(() => proxyTarget("http://host")).toThrow("must be an amqp(s): or rabbitmq-stream(+tls): URL, not 'http:'");
});
