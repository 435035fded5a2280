import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerImage } from "./broker-version.ts";
import type { BrokerVersion } from "./broker-version.ts";
import { writeCertificates, type Certificates } from "./certificates.ts";
import { choosePorts } from "./choose-ports.ts";
import { DockerBroker } from "./docker-broker.ts";
import type { DockerEngine } from "./docker-engine.ts";
import { CERTIFICATES_FOLDER, CONTAINER_PORTS, dockerConf } from "./docker-settings.ts";
import type { NodePorts } from "./node-settings.ts";
import { tlsSide } from "./tls-side.ts";
import type { NodeOptions } from "./start-node.ts";

/**
 * Starts a broker in a container of the official image. Its ports on the host are chosen here rather than by Docker, because they
 * must stay the same when it is started again. The clean-up after a crash of this process is testcontainers' (Ryuk).
 */
export async function startDockerBroker(
  engine: DockerEngine,
  version: BrokerVersion | undefined,
  options: NodeOptions,
): Promise<DockerBroker> {
  const ports = await choosePorts(options);
  const certificates = options.tls ? await makeCertificates() : undefined;
  const files = [
    { target: "/etc/rabbitmq/conf.d/90-warrenmq.conf", content: dockerConf(ports, "127.0.0.1", options.config) },
    { target: "/etc/rabbitmq/enabled_plugins", content: `[${options.plugins.join(",")}].\n` },
    ...(certificates?.files ?? []),
  ];
  const container = await new engine.GenericContainer(dockerImage(version))
    .withExposedPorts(...portBindings(ports))
    .withCopyContentToContainer(files.map((file) => ({ ...file, mode: 0o644 })))
    .withStartupTimeout(120_000)
    .start();
  const broker = new DockerBroker(engine, container, ports, tlsSide(ports, certificates?.forClients));
  await broker.untilReady();
  return broker;
}

function portBindings(ports: NodePorts): { container: number; host: number }[] {
  const names = ["amqp", "tls", "management", "stream", "streamTls"] as const;
  return names.flatMap((name) => {
    const host = ports[name];
    return host === undefined ? [] : [{ container: CONTAINER_PORTS[name], host }];
  });
}

async function makeCertificates(): Promise<{ forClients: Certificates; files: { target: string; content: string }[] }> {
  const folder = await mkdtemp(join(tmpdir(), "warrenmq-tls-"));
  try {
    const forClients = await writeCertificates(folder);
    const read = async (name: string): Promise<{ target: string; content: string }> => ({
      target: `${CERTIFICATES_FOLDER}/${name}`,
      content: await readFile(join(folder, name), "utf8"),
    });
    return { forClients, files: await Promise.all(["ca.pem", "server.pem", "server.key"].map(read)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
