import { startProxy } from "@warrenmq/testing";
import type { Proxy } from "@warrenmq/testing";
import type { Endpoint } from "../targets/target.ts";

/** The ways to a broker through proxies whose connections can be cut. Disposing ends the proxies. */
export interface CutProxies extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** Resets every connection; new ones can be made at once. */
  cut(): void;
}

/** Puts a proxy before each port of the broker. */
export async function throughProxies(endpoint: Endpoint): Promise<CutProxies> {
  const { amqpUrl, streamUrl } = endpoint;
  const proxies: Proxy[] = [];
  const before = async (target: string): Promise<Proxy> => {
    const proxy = await startProxy({ target });
    proxies.push(proxy);
    return proxy;
  };
  const amqp = amqpUrl === undefined ? {} : { amqpUrl: (await before(amqpUrl)).url };
  const stream = streamUrl === undefined ? {} : streamThrough(await before(streamUrl));
  return {
    endpoint: { ...endpoint, ...amqp, ...stream },
    cut: () => proxies.forEach((proxy) => proxy.cut()),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
    },
  };
}

/** The client dials nodes where they say that they are, unless it is told to dial the proxy. */
function streamThrough({ url, port }: Proxy): Pick<Endpoint, "streamUrl" | "streamAddress"> {
  return { streamUrl: url, streamAddress: { host: "127.0.0.1", port } };
}
