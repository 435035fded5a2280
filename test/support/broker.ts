// One broker for all test files of a run: vitest calls `setup` once for each project that names this file.
import { startBroker } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The AMQP URL of the run's broker. It is shared: tests give their resources unique names. */
    brokerUrl: string;
    /** Its full version, `"3.10.8"` say. */
    brokerVersion: string;
  }
}

interface SharedBroker {
  readonly starting: Promise<Broker>;
  users: number;
}

// Each project loads its own copy of this file: the broker is shared through the process.
const KEY = Symbol.for("warrenmq.test.broker");
const shared: typeof globalThis & { [KEY]?: SharedBroker | undefined } = globalThis;

/** Starts the broker (version: WARRENMQ_BROKER_VERSION; or RABBITMQ_URL) and gives tests its URL: `inject("brokerUrl")`. */
export async function setup(project: TestProject): Promise<void> {
  shared[KEY] ??= { starting: startBroker(), users: 0 };
  shared[KEY].users += 1;
  const broker = await shared[KEY].starting;
  project.provide("brokerUrl", broker.url);
  project.provide("brokerVersion", broker.version);
}

/** Stops the broker after the last project. */
export async function teardown(): Promise<void> {
  const current = shared[KEY];
  if (current === undefined || --current.users > 0) return;
  shared[KEY] = undefined;
  await (await current.starting).stop();
}
