import type { Broker } from "./broker.ts";
import { matchingLocalInstall, newInstall } from "./choose-install.ts";
import { dockerEngine } from "./docker-engine.ts";
import { startDockerBroker } from "./start-docker-broker.ts";
import { startNode } from "./start-node.ts";
import { resolveBrokerOptions } from "./start-broker-options.ts";
import type { ResolvedBrokerOptions, StartBrokerOptions } from "./start-broker-options.ts";
import { urlBroker } from "./url-broker.ts";

/**
 * Starts a real RabbitMQ for tests, on loopback, on free ports, with temporary data. It ends with this process, however that ends.
 *
 * Without a version: the broker of `RABBITMQ_URL` if that is set, else Docker through the package `testcontainers` if both are
 * there, else the `rabbitmq-server` on the PATH, else (as root on Debian) one that is installed with apt-get. With a version: the
 * `rabbitmq-server` on the PATH if it has this version, else Docker, else (as root on Linux) a Debian root folder that is made
 * once, in about 70 s, and cached in `~/.cache/warrenmq`.
 * @example
 * await using broker = await startBroker({ version: "4.3" });
 * const connection = await connect(broker.url);
 * @public
 */
export async function startBroker(options: StartBrokerOptions = {}): Promise<Broker> {
  const resolved = resolveBrokerOptions(options, process.env);
  if (resolved.url !== undefined) return urlBroker(resolved.url);
  return resolved.version === undefined ? startAny(resolved) : startVersion(resolved);
}

async function startAny(options: ResolvedBrokerOptions): Promise<Broker> {
  const docker = await dockerEngine();
  if (docker !== undefined) return startDockerBroker(docker, undefined, options);
  return startNode((await matchingLocalInstall(undefined)) ?? (await newInstall(undefined)), options);
}

async function startVersion(options: ResolvedBrokerOptions): Promise<Broker> {
  const local = await matchingLocalInstall(options.version);
  if (local !== undefined) return startNode(local, options);
  const docker = await dockerEngine();
  if (docker !== undefined) return startDockerBroker(docker, options.version, options);
  return startNode(await newInstall(options.version), options);
}
