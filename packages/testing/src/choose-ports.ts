import { freePort } from "./free-port.ts";
import type { NodePorts } from "./node-settings.ts";

/** Free ports for what a node is to serve. */
export async function choosePorts(options: { plugins: readonly string[]; tls: boolean }): Promise<NodePorts> {
  const { plugins, tls } = options;
  const hasManagement = plugins.includes("rabbitmq_management") || plugins.includes("rabbitmq_stream_management");
  const hasStream = plugins.includes("rabbitmq_stream") || plugins.includes("rabbitmq_stream_management");
  return {
    amqp: await freePort(),
    distribution: await freePort(),
    tls: tls ? await freePort() : undefined,
    management: hasManagement ? await freePort() : undefined,
    stream: hasStream ? await freePort() : undefined,
    streamTls: hasStream && tls ? await freePort() : undefined,
  };
}
