import type { GenericContainer } from "testcontainers";
import { until } from "./until.ts";

/** Docker as this process can use it. */
export interface DockerEngine {
  readonly GenericContainer: typeof GenericContainer;
  /** Sends a signal to a container's first process and waits for its end. */
  kill(id: string, signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  /** Starts a container that has ended. */
  start(id: string): Promise<void>;
  pause(id: string): Promise<void>;
  unpause(id: string): Promise<void>;
}

let engine: Promise<DockerEngine | undefined> | undefined;

/** The Docker engine, when the optional package `testcontainers` is installed and an engine answers. Looked for once a process. */
export function dockerEngine(): Promise<DockerEngine | undefined> {
  engine ??= findEngine();
  return engine;
}

async function findEngine(): Promise<DockerEngine | undefined> {
  try {
    const testcontainers = await import("testcontainers");
    const { container } = await testcontainers.getContainerRuntimeClient();
    const isRunning = async (id: string): Promise<boolean> => (await container.getById(id).inspect()).State.Running;
    return {
      GenericContainer: testcontainers.GenericContainer,
      async kill(id, signal) {
        await container.getById(id).kill({ signal });
        await until(async () => !(await isRunning(id)), { what: "the container to end", timeoutMs: 60_000 });
      },
      start: (id) => container.getById(id).start(),
      pause: (id) => container.getById(id).pause(),
      unpause: (id) => container.getById(id).unpause(),
    };
  } catch {
    // Neither a missing package nor a missing engine is an error here: other sources of a broker follow.
    return undefined;
  }
}
