import { execFile } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Broker, BrokerKind, BrokerTls } from "./broker.ts";
import { connectionStart } from "./connection-start.ts";
import { ctlEnvironment, nodeEnvironment, rabbitmqConf } from "./node-settings.ts";
import type { NodeSettings } from "./node-settings.ts";
import { PortTakenError } from "./port-taken-error.ts";
import type { Sandbox } from "./sandbox.ts";
import { until } from "./until.ts";

const START_TIMEOUT_MS = 120_000;
/** Writes all disk tables (dets) of the node, the Raft directory among them. */
export const SYNC_COMMAND: readonly string[] = ["eval", "[dets:sync(Table) || Table <- dets:all()]."];

/** A RabbitMQ node that this process started: in a {@link Sandbox}, from the scripts of an install. */
export class BrokerNode implements Broker {
  readonly kind: BrokerKind;
  readonly url: string;
  readonly port: number;
  readonly managementUrl: string | undefined;
  readonly streamPort: number | undefined;
  readonly streamUrl: string | undefined;
  readonly tls: BrokerTls | undefined;
  readonly #sandbox: Sandbox;
  readonly #settings: NodeSettings;
  readonly #onStop: () => Promise<void>;
  readonly #shortName: string;
  #version = "";
  #process: ChildProcess | undefined;
  #stopped: Promise<void> | undefined;

  /** `onStop` removes what the node leaves behind. */
  constructor(sandbox: Sandbox, settings: NodeSettings, tls: BrokerTls | undefined, onStop: () => Promise<void>) {
    const { ports } = settings;
    this.#sandbox = sandbox;
    this.#settings = settings;
    this.#onStop = onStop;
    this.#shortName = settings.name.slice(0, settings.name.indexOf("@"));
    this.kind = sandbox.install.kind;
    this.port = ports.amqp;
    this.url = `amqp://guest:guest@127.0.0.1:${ports.amqp}`;
    this.managementUrl = ports.management === undefined ? undefined : `http://127.0.0.1:${ports.management}`;
    this.streamPort = ports.stream;
    this.streamUrl = ports.stream === undefined ? undefined : `rabbitmq-stream://guest:guest@127.0.0.1:${ports.stream}`;
    this.tls = tls;
  }

  get version(): string {
    return this.#version;
  }

  /** Writes the node's files and starts it. Rejects with {@link PortTakenError} when one of its ports is in use. */
  async start(): Promise<void> {
    const folder = this.#folder;
    await mkdir(join(folder, "conf.d"), { recursive: true });
    await writeFile(join(folder, "rabbitmq.conf"), rabbitmqConf(this.#settings));
    await writeFile(join(folder, "advanced.config"), "[].\n");
    await writeFile(join(folder, "rabbitmq-env.conf"), "");
    await writeFile(join(folder, "enabled_plugins"), `[${this.#settings.plugins.join(",")}].\n`);
    await this.#launch();
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.#signal("SIGKILL").then(() => this.#onStop());
    await this.#stopped;
  }

  async kill(): Promise<void> {
    this.#assertUsable("kill");
    await this.#signal("SIGKILL");
  }

  async syncToDisk(): Promise<void> {
    this.#assertUsable("syncToDisk");
    await this.ctl(SYNC_COMMAND);
  }

  async restart(): Promise<void> {
    this.#assertUsable("restart");
    await this.#signal("SIGTERM");
    await this.#launch();
  }

  pause(): Promise<void> {
    return this.#suspend("pause", "SIGSTOP");
  }

  resume(): Promise<void> {
    return this.#suspend("resume", "SIGCONT");
  }

  ctl(args: readonly string[]): Promise<string> {
    const script = `${this.#sandbox.install.scripts}/rabbitmqctl`;
    const [file = "", ...argv] = this.#sandbox.command([script, "-n", this.#settings.name, "-q", ...args]);
    const env = { ...this.#sandbox.environment, ...ctlEnvironment(), RABBITMQ_CONF_ENV_FILE: this.#confEnvFile };
    return new Promise((resolve, reject) => {
      execFile(file, argv, { cwd: "/", env, maxBuffer: 64 * 1024 * 1024 }, (cause, stdout, stderr) => {
        if (cause === null) return resolve(stdout);
        reject(new Error(`rabbitmqctl ${args.join(" ")}: ${stderr.trim() || cause.message}`, { cause }));
      });
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  get #folder(): string {
    return join(this.#sandbox.folder, this.#shortName);
  }

  get #confEnvFile(): string {
    return `${this.#settings.folder}/rabbitmq-env.conf`;
  }

  #assertUsable(method: string): void {
    if (this.#stopped !== undefined) throw new Error(`${method}(): the broker was stopped and its data removed`);
  }

  async #launch(): Promise<void> {
    const argv = [`${this.#sandbox.install.scripts}/rabbitmq-server`];
    const environment = { ...this.#sandbox.environment, ...nodeEnvironment(this.#settings) };
    const child = this.#sandbox.spawn(this.#shortName, argv, environment);
    this.#process = child;
    child.once("exit", () => {
      if (this.#process === child) this.#process = undefined;
    });
    const start = await until(() => this.#probe(child), {
      what: `RabbitMQ to take connections on port ${this.port}`,
      timeoutMs: START_TIMEOUT_MS,
      intervalMs: 50,
    });
    this.#version = start;
  }

  /** The version, once the node takes connections. */
  async #probe(child: ChildProcess): Promise<string | undefined> {
    if (hasEnded(child)) throw await this.#startError();
    try {
      const start = await connectionStart({ host: "127.0.0.1", port: this.port }, 5_000);
      // Somebody else's broker may have been given the same port: then ours is about to fail.
      const isOurs = start.clusterName.startsWith(this.#sandbox.id) || this.#settings.config.includes("cluster_name");
      return isOurs ? start.version : undefined;
    } catch {
      return undefined;
    }
  }

  async #startError(): Promise<Error> {
    const output = await readFile(this.#sandbox.outputFile(this.#shortName), "utf8").catch(() => "");
    if (/eaddrinuse|already in use|in use by/i.test(output))
      return new PortTakenError(`a port of ${this.url} is in use`);
    const log = await readFile(join(this.#folder, "log", `${this.#settings.name}.log`), "utf8").catch(() => "");
    return new Error(`RabbitMQ did not start. Its output:\n${explanation(`${output}\n${log}`)}`);
  }

  async #signal(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#process;
    if (child === undefined || hasEnded(child)) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.ref();
    child.kill(signal);
    // A paused process takes a SIGTERM only when it goes on.
    if (signal === "SIGTERM") child.kill("SIGCONT");
    await exited;
  }

  async #suspend(method: string, signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
    this.#assertUsable(method);
    if (this.#process?.kill(signal) !== true) throw new Error(`${method}(): the broker is not running`);
    await Promise.resolve();
  }
}

/** What RabbitMQ says first is the reason, which a long Erlang report follows. */
function explanation(output: string): string {
  const lines = output.split("\n");
  const errors = lines.filter((line) => line.includes("[error]"));
  return (errors.length > 0 ? errors : lines).slice(0, 20).join("\n");
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
