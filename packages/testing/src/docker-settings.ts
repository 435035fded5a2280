import type { NodePorts } from "./node-settings.ts";

/** The ports inside a container. */
export const CONTAINER_PORTS = { amqp: 5672, tls: 5671, management: 15_672, stream: 5552, streamTls: 5551 } as const;

/** Where the certificates stand inside a container. */
export const CERTIFICATES_FOLDER = "/etc/warrenmq";

/** Settings that come after those of the image, as a file of /etc/rabbitmq/conf.d. */
export function dockerConf(ports: Omit<NodePorts, "distribution">, host: string, config: string): string {
  const lines = ["loopback_users.guest = false", "disk_free_limit.absolute = 50MB"];
  if (ports.tls !== undefined) {
    lines.push(`listeners.ssl.default = ${CONTAINER_PORTS.tls}`);
    lines.push(`ssl_options.cacertfile = ${CERTIFICATES_FOLDER}/ca.pem`);
    lines.push(`ssl_options.certfile = ${CERTIFICATES_FOLDER}/server.pem`);
    lines.push(`ssl_options.keyfile = ${CERTIFICATES_FOLDER}/server.key`);
  }
  if (ports.stream !== undefined) {
    lines.push(`stream.advertised_host = ${host}`, `stream.advertised_port = ${ports.stream}`);
  }
  if (ports.streamTls !== undefined) {
    lines.push(`stream.listeners.ssl.default = ${CONTAINER_PORTS.streamTls}`);
    lines.push(`stream.advertised_tls_port = ${ports.streamTls}`);
  }
  return `${[...lines, config].join("\n")}\n`;
}
