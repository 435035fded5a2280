import { DEFAULT_REGION, resolveBrokerOptions } from "@warrenmq/core/internal";
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { SnsBroker } from "../broker/sns-broker.ts";
import { AWS_QUOTAS } from "../model/quotas.ts";
import { startRuntime, type SnsContext } from "../operations/context.ts";
import { startActionListener } from "./action-listener.ts";
import { cancellationsSource, endpointSource } from "./delivery-source.ts";
import { EndpointConsumer, type EndpointParts } from "./endpoint-consumer.ts";
import { HttpPoster } from "./http-poster.ts";
import { resolveSigning, type HttpDeliveryOptions } from "./options.ts";

const DEFAULT_CONCURRENCY = 32;
const DEFAULT_TIMEOUT_MS = 15_000;

/** A running delivery worker. */
export interface HttpDelivery {
  /** Where the worker listens, `http://127.0.0.1:40123` say. */
  readonly url: string;
  /** Takes no more messages, waits for the requests under way, and ends the worker. */
  close(): Promise<void>;
}

/**
 * Starts a worker that brings messages to the HTTP and HTTPS subscribers of all topics: it asks endpoints to confirm,
 * posts signed documents, retries by the delivery policy, and gives up into the subscription's dead-letter queue. Any
 * number of workers share the work; each process can run one.
 * @throws RabbitError when the broker cannot be reached
 * @example
 * const worker = await startHttpDelivery({ listen: { host: "0.0.0.0", port: 8080 }, publicUrl: "https://sns.example.com" });
 */
export async function startHttpDelivery(options: HttpDeliveryOptions = {}): Promise<HttpDelivery> {
  const region = options.region ?? DEFAULT_REGION;
  const runtime = startRuntime({
    broker: resolveBrokerOptions({ rabbitmq: options.rabbitmq }),
    region: () => Promise.resolve(region),
    signingKey: undefined,
    quotas: AWS_QUOTAS,
  });
  const newContext = (): SnsContext =>
    runtime.contextFor({ signal: undefined, traceHeader: undefined, requestId: randomUUID() });
  const { broker } = newContext().sns;
  broker.hold(); // the worker keeps its process alive, from here on
  const release = (): void => {
    broker.release();
    runtime.release();
  };
  try {
    return await start(options, region, newContext, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function start(
  options: HttpDeliveryOptions,
  region: string,
  newContext: () => SnsContext,
  release: () => void,
): Promise<HttpDelivery> {
  const { sns, accountId, deadline } = newContext();
  await sns.registry.ready(deadline);
  await sns.httpQueues.declareCancellations(deadline);
  const signing = resolveSigning(options.signing);
  const { host = "127.0.0.1", port = 0 } = options.listen ?? {};
  const { certificate, path: certificatePath } = signing;
  const listener = await startActionListener({ host, port, certificate, certificatePath, newContext });
  const url = `http://${host}:${portOf(listener)}`;
  const publicUrl = (options.publicUrl ?? url).replace(/\/$/, "");
  const poster = new HttpPoster({
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    allowPrivateAddresses: options.allowPrivateAddresses ?? false,
    ca: options.ca,
  });
  const endpoints = new Endpoints({
    sns,
    poster,
    signingKey: {
      privateKey: signing.privateKey,
      signingCertUrl: signing.certificateUrl ?? publicUrl + certificatePath,
    },
    naming: { region, accountId, publicUrl },
    concurrency: options.concurrencyPerEndpoint ?? DEFAULT_CONCURRENCY,
    report: options.onDelivery ?? ((): void => undefined),
  });
  const close = async (): Promise<void> => {
    await endpoints.close();
    await new Promise((resolve) => listener.close(resolve));
    poster.close();
    release();
  };
  let closing: Promise<void> | undefined;
  return { url, close: () => (closing ??= close()) };
}

/** A consumer for each subscription over HTTP, as the registry has them, and one for cancellations. */
class Endpoints {
  readonly #parts: EndpointParts;
  readonly #sns: SnsBroker;
  readonly #consumers = new Map<string, EndpointConsumer>();
  readonly #cancellations: EndpointConsumer;
  #closed = false;

  constructor(parts: EndpointParts) {
    this.#parts = parts;
    this.#sns = parts.sns;
    this.#cancellations = new EndpointConsumer(parts, cancellationsSource(parts.sns));
    this.#sns.registry.onApplied(() => this.#follow());
    this.#follow();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#cancellations, ...this.#consumers.values()].map((consumer) => consumer.close()));
  }

  #follow(): void {
    if (this.#closed) return;
    const { subscriptions } = this.#sns.registry.state;
    for (const { id, protocol } of subscriptions.values()) {
      if (protocol === "sqs" || this.#consumers.has(id)) continue;
      this.#consumers.set(id, new EndpointConsumer(this.#parts, endpointSource(this.#sns, id)));
    }
    for (const [id, consumer] of this.#consumers) {
      if (subscriptions.has(id)) continue;
      this.#consumers.delete(id);
      void consumer.close();
    }
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
