import type { BrokerTls } from "./broker.ts";
import type { Certificates } from "./certificates.ts";
import type { NodePorts } from "./node-settings.ts";

/** What a broker with a TLS listener tells about it. The certificate is for `localhost`. */
export function tlsSide({ tls, streamTls }: NodePorts, certificates: Certificates | undefined): BrokerTls | undefined {
  if (tls === undefined || certificates === undefined) return undefined;
  const streamUrl = streamTls === undefined ? undefined : `rabbitmq-stream+tls://guest:guest@localhost:${streamTls}`;
  return { url: `amqps://guest:guest@localhost:${tls}`, port: tls, streamUrl, ...certificates };
}
