import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { PortTakenError } from "./port-taken-error.ts";
import type { ServerInstall } from "./server-install.ts";
import { uniqueName } from "./unique-name.ts";
import { until } from "./until.ts";
import { startWatchdog } from "./watchdog.ts";
import type { Watchdog } from "./watchdog.ts";

/**
 * What the nodes of one broker or cluster share: a temporary folder, an Erlang cookie, a port mapper (epmd) of their own on
 * loopback, and a watchdog that ends all of it when this process is gone.
 */
export class Sandbox {
  readonly install: ServerInstall;
  /** Prefix of the names of its nodes; no other sandbox has it. */
  readonly id: string = uniqueName("warrenmq");
  /** The temporary folder. */
  readonly folder: string;
  readonly epmdPort: number;
  readonly #watchdog: Watchdog;
  readonly #children = new Map<ChildProcess, Promise<void>>();
  #spawned = 0;

  private constructor(install: ServerInstall, folder: string, epmdPort: number) {
    this.install = install;
    this.folder = folder;
    this.epmdPort = epmdPort;
    this.#watchdog = startWatchdog(folder);
  }

  /** Rejects with {@link PortTakenError} when another process was faster: try again. */
  static async open(install: ServerInstall): Promise<Sandbox> {
    const parent = install.root === "" ? tmpdir() : join(install.root, "tmp");
    const folder = await mkdtemp(join(parent, "warrenmq-"));
    const sandbox = new Sandbox(install, folder, await freePort());
    try {
      await mkdir(join(folder, "pids"));
      await writeFile(join(folder, ".erlang.cookie"), randomBytes(16).toString("hex"), { mode: 0o400 });
      await sandbox.#startEpmd();
      return sandbox;
    } catch (error) {
      await sandbox.remove();
      throw error;
    }
  }

  /** How the processes inside see a path of the temporary folder. */
  inside(path: string): string {
    return path.slice(this.install.root.length);
  }

  /** The environment that every Erlang program of the sandbox needs. Nothing is inherited: the user's RABBITMQ_* must not leak in. */
  get environment(): Record<string, string> {
    return {
      PATH: this.install.path,
      LANG: "C.UTF-8",
      HOME: this.inside(this.folder),
      ERL_EPMD_PORT: String(this.epmdPort),
      ERL_EPMD_ADDRESS: "127.0.0.1",
      RABBITMQ_USE_LONGNAME: "true",
    };
  }

  /** A command line as it must be run to reach the install. */
  command(argv: readonly string[]): string[] {
    return this.install.root === "" ? [...argv] : ["chroot", this.install.root, ...argv];
  }

  /**
   * Starts a program that replaces its shell (`exec`), in a process group of its own, with its output in a file. The watchdog
   * knows it from its first instruction on.
   */
  spawn(name: string, argv: readonly string[], environment: Record<string, string>): ChildProcess {
    // A file for every start: the one of an earlier start is removed only some time after its end.
    this.#spawned += 1;
    const pidFile = join(this.folder, "pids", `${this.#spawned}-${name}`);
    const output = openSync(this.outputFile(name), "a");
    const child = spawn("/bin/sh", ["-c", 'echo $$ >"$0" && exec "$@"', pidFile, ...this.command(argv)], {
      cwd: "/",
      env: environment,
      detached: true,
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    child.unref();
    this.#children.set(child, this.#forget(child, pidFile));
    return child;
  }

  /** Where a program that was started with {@link Sandbox.spawn} writes. */
  outputFile(name: string): string {
    return join(this.folder, `${name}.out`);
  }

  /** Kills everything and removes the folder. */
  async remove(): Promise<void> {
    // Children do not keep this process alive, except here, where it waits for their end.
    for (const child of this.#children.keys()) child.ref();
    await this.#watchdog.finish();
    await Promise.all(this.#children.values());
  }

  async #forget(child: ChildProcess, pidFile: string): Promise<void> {
    await new Promise<void>((resolve) => {
      child.once("error", () => resolve());
      child.once("exit", () => resolve());
    });
    this.#children.delete(child);
    await rm(pidFile, { force: true });
  }

  async #startEpmd(): Promise<void> {
    const argv = ["epmd", "-port", String(this.epmdPort), "-address", "127.0.0.1"];
    const epmd = this.spawn("epmd", argv, this.environment);
    await until(
      () => {
        if (epmd.exitCode !== null) throw new PortTakenError(`epmd did not start on port ${this.epmdPort}`);
        return canConnect(this.epmdPort);
      },
      { what: "epmd to listen" },
    );
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
