import type { StartedTestContainer } from "testcontainers";
import type { Broker, BrokerTls } from "./broker.ts";
import { connectionStart } from "./connection-start.ts";
import type { DockerEngine } from "./docker-engine.ts";
import type { NodePorts } from "./node-settings.ts";
import { SYNC_COMMAND } from "./broker-node.ts";
import { until } from "./until.ts";

const START_TIMEOUT_MS = 120_000;

/** A broker in a Docker container. */
export class DockerBroker implements Broker {
  readonly kind = "docker" as const;
  readonly url: string;
  readonly port: number;
  readonly managementUrl: string | undefined;
  readonly streamPort: number | undefined;
  readonly streamUrl: string | undefined;
  readonly tls: BrokerTls | undefined;
  readonly #engine: DockerEngine;
  readonly #container: StartedTestContainer;
  readonly #host: string;
  #version = "";
  #isRunning = true;
  #stopped: Promise<void> | undefined;

  constructor(engine: DockerEngine, container: StartedTestContainer, ports: NodePorts, tls: BrokerTls | undefined) {
    const host = container.getHost() === "localhost" ? "127.0.0.1" : container.getHost();
    this.#engine = engine;
    this.#container = container;
    this.#host = host;
    this.port = ports.amqp;
    this.url = `amqp://guest:guest@${host}:${ports.amqp}`;
    this.managementUrl = ports.management === undefined ? undefined : `http://${host}:${ports.management}`;
    this.streamPort = ports.stream;
    this.streamUrl = ports.stream === undefined ? undefined : `rabbitmq-stream://guest:guest@${host}:${ports.stream}`;
    this.tls = tls;
  }

  get version(): string {
    return this.#version;
  }

  /** Waits until it takes connections, and learns its version. */
  async untilReady(): Promise<void> {
    const address = { host: this.#host, port: this.port };
    // Docker's own proxy accepts before RabbitMQ listens: such a connection ends without an answer.
    const probe = (): Promise<string | undefined> =>
      connectionStart(address, 5_000).then(
        ({ version }) => version,
        () => undefined,
      );
    this.#version = await until(probe, {
      what: `RabbitMQ in Docker to take connections on port ${this.port}`,
      timeoutMs: START_TIMEOUT_MS,
      intervalMs: 50,
    });
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.#container.stop({ remove: true, removeVolumes: true, timeout: 0 }).then(() => undefined);
    await this.#stopped;
  }

  async kill(): Promise<void> {
    await this.#end("kill", "SIGKILL");
  }

  async syncToDisk(): Promise<void> {
    await this.ctl(SYNC_COMMAND);
  }

  async restart(): Promise<void> {
    await this.#end("restart", "SIGTERM");
    await this.#engine.start(this.#container.getId());
    this.#isRunning = true;
    await this.untilReady();
  }

  async pause(): Promise<void> {
    this.#assertUsable("pause");
    await this.#engine.pause(this.#container.getId());
  }

  async resume(): Promise<void> {
    this.#assertUsable("resume");
    await this.#engine.unpause(this.#container.getId());
  }

  async ctl(args: readonly string[]): Promise<string> {
    this.#assertUsable("ctl");
    const { exitCode, stdout, stderr } = await this.#container.exec(["rabbitmqctl", "-q", ...args]);
    if (exitCode === 0) return stdout;
    throw new Error(`rabbitmqctl ${args.join(" ")}: ${stderr.trim()}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #end(method: string, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.#assertUsable(method);
    if (this.#isRunning) await this.#engine.kill(this.#container.getId(), signal);
    this.#isRunning = false;
  }

  #assertUsable(method: string): void {
    if (this.#stopped !== undefined) throw new Error(`${method}(): the broker was stopped and its data removed`);
  }
}
