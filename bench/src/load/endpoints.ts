import { connect } from "node:net";
import { startBroker } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { EMULATORS, startEmulator } from "../targets/emulator.ts";
import type { Emulator } from "../targets/emulator.ts";
import type { Endpoint, Target } from "../targets/target.ts";
import { WorkloadError } from "../workload/workload-error.ts";

/** Where the user's broker is, when it is not to be started for the run. */
export interface EndpointOptions {
  readonly url?: string;
  readonly streamUrl?: string;
  readonly awsEndpoint?: string;
}

/** All that targets may need, started or found. Disposing ends what was started. */
export interface Endpoints extends AsyncDisposable {
  readonly broker: Broker | undefined;
  /** @throws WorkloadError when the target needs something that is not there */
  of(target: Target): Promise<Endpoint>;
}

const STREAM_PORT = 5552;
const PROBE_MS = 2_000;

/** Starts a broker, or takes the user's, and the emulators that targets need. @throws Error when a broker does not answer */
export async function openEndpoints(targets: readonly Target[], options: EndpointOptions): Promise<Endpoints> {
  const emulators = new Map<string, Emulator>();
  const needsBroker = targets.some(({ needs }) => needs.includes("amqpUrl") || needs.includes("streamUrl"));
  checkAddress("--url", options.url, ["amqp:", "amqps:"]);
  checkAddress("--stream-url", options.streamUrl, ["rabbitmq-stream:", "rabbitmq-stream+tls:"]);
  checkAddress("--aws-endpoint", options.awsEndpoint, ["http:", "https:"]);
  if (options.url !== undefined) {
    process.env["RABBITMQ_URL"] = options.url;
    // It asks for a broker of that version to be started, which the option does not.
    delete process.env["WARRENMQ_BROKER_VERSION"];
  }
  const isTheirs = (process.env["RABBITMQ_URL"] ?? "") !== "";
  const broker = needsBroker ? await startBroker(isTheirs ? {} : { plugins: ["rabbitmq_stream"] }) : undefined;
  const streamUrl = options.streamUrl ?? broker?.streamUrl ?? (await probedStreamUrl(broker));
  return {
    broker,
    of: async (target) => {
      const emulator = await emulatorOf(target, emulators);
      const endpoint: Endpoint = {
        ...(broker === undefined ? {} : { amqpUrl: broker.url }),
        ...(streamUrl === undefined ? {} : { streamUrl }),
        ...(emulator === undefined ? {} : { awsEndpoint: emulator.endpoint }),
        ...(emulator === undefined && options.awsEndpoint !== undefined ? { awsEndpoint: options.awsEndpoint } : {}),
      };
      if (target.needs.includes("streamUrl") && streamUrl === undefined) {
        throw new WorkloadError(
          `${target.name} needs the stream protocol: nothing answers at port ${STREAM_PORT} of the broker (plugin rabbitmq_stream; --stream-url names another place)`,
        );
      }
      return endpoint;
    },
    [Symbol.asyncDispose]: async () => {
      for (const emulator of emulators.values()) await emulator[Symbol.asyncDispose]();
      await broker?.stop();
    },
  };
}

function checkAddress(option: string, text: string | undefined, protocols: readonly string[]): void {
  if (text === undefined) return;
  const protocol = URL.canParse(text) ? new URL(text).protocol : undefined;
  if (protocol !== undefined && protocols.includes(protocol)) return;
  // Not the address itself: it may have a password.
  throw new WorkloadError(`'${option}' needs an address that begins with ${protocols.join("// or ")}//`);
}

async function emulatorOf({ name }: Target, emulators: Map<string, Emulator>): Promise<Emulator | undefined> {
  const wanted = EMULATORS.find((emulator) => emulator === name);
  if (wanted === undefined) return undefined;
  const running = emulators.get(wanted) ?? (await startEmulator(wanted));
  emulators.set(wanted, running);
  return running;
}

/** The stream port of somebody's broker, if anything answers there. */
async function probedStreamUrl(broker: Broker | undefined): Promise<string | undefined> {
  if (broker === undefined) return undefined;
  const { hostname, username, password, pathname, protocol } = new URL(broker.url);
  if (protocol !== "amqp:" || !(await answers(hostname, STREAM_PORT))) return undefined;
  return `rabbitmq-stream://${username}:${password}@${hostname}:${STREAM_PORT}${pathname}`;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PROBE_MS });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
