import { connectionStart } from "./connection-start.ts";
import type { Broker } from "./broker.ts";

/** The broker at an AMQP URL, which somebody else runs. Rejects when nothing answers there. */
export async function urlBroker(url: string): Promise<Broker> {
  const { hostname, port, protocol } = new URL(url);
  const isTls = protocol === "amqps:";
  const address = {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port === "" ? (isTls ? 5671 : 5672) : port),
    tls: isTls,
  };
  const { version } = await connectionStart(address, 10_000).catch((cause: unknown) => {
    throw new Error(`RABBITMQ_URL is set, but no RabbitMQ answers at ${address.host}:${address.port}`, { cause });
  });
  return {
    url,
    version,
    kind: "url",
    port: address.port,
    managementUrl: undefined,
    streamPort: undefined,
    streamUrl: undefined,
    tls: undefined,
    stop: () => Promise.resolve(),
    kill: () => notOurs("kill"),
    syncToDisk: () => notOurs("syncToDisk"),
    restart: () => notOurs("restart"),
    pause: () => notOurs("pause"),
    resume: () => notOurs("resume"),
    ctl: () => notOurs("ctl"),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function notOurs(method: string): Promise<never> {
  return Promise.reject(
    new Error(`${method}() is not available for the broker of RABBITMQ_URL: start one with { own: true }`),
  );
}
