import { RabbitError, type Broker } from "@warrenmq/core/internal";
import { StreamClient } from "@warrenmq/streams";
import type { StreamsOptions, StreamsTransport } from "../streams-options.ts";
import { AmqpTransport } from "./amqp-transport.ts";
import { NpmTransport, type NpmClientSource } from "./npm-transport.ts";
import { loadNpmClient } from "./npm-stream-client.ts";
import { ProbedTransport, type LogLine } from "./probed-transport.ts";
import { ProtocolTransport } from "./protocol-transport.ts";
import type { StreamTransport } from "./stream-transport.ts";

const PROBE_TIMEOUT_MS = 2_000;

/** The transport that the options ask for, on a broker link. Connects to nothing. @throws RabbitError `invalid-address` */
export function openTransport(broker: Broker, options: StreamsOptions, log: LogLine): StreamTransport {
  const amqp = new AmqpTransport(broker);
  switch (transportOf(options)) {
    case "amqp":
      return amqp;
    case "stream":
      return new ProtocolTransport(streamClient(broker, options), amqp);
    case "rabbitmq-stream-js-client":
      return new NpmTransport(npmSource(broker, options), amqp);
    case "auto": {
      const client = streamClient(broker, options);
      const timeoutMs = options.probeTimeoutMs ?? PROBE_TIMEOUT_MS;
      return new ProbedTransport({ client, stream: new ProtocolTransport(client, amqp), amqp, timeoutMs, log });
    }
  }
}

/** The choice, with its default. */
export function transportOf({ transport, client }: StreamsOptions): StreamsTransport {
  return transport ?? (client === undefined ? "auto" : "rabbitmq-stream-js-client");
}

function streamClient(broker: Broker, options: StreamsOptions): StreamClient {
  return new StreamClient({ ...linkOptions(broker, options), ...given(options) });
}

function npmSource(broker: Broker, options: StreamsOptions): NpmClientSource {
  const { client, addressResolver } = options;
  if (client !== undefined) return { connect: () => Promise.resolve(client), isOurs: false };
  if (addressResolver !== undefined) {
    throw new RabbitError(
      "unsupported",
      "'streams.addressResolver' is not for rabbitmq-stream-js-client: connect it yourself, and pass it as 'streams.client'.",
    );
  }
  const link = { ...linkOptions(broker, options), ...given(options) };
  return { connect: () => loadNpmClient(link), isOurs: true };
}

/** What the AMQP link says of the broker. */
function linkOptions({ options }: Broker, { url, tls }: StreamsOptions) {
  const { addresses, timeoutMs, connectTimeoutMs, heartbeatSeconds, connectionName } = options;
  return {
    url: url ?? addresses.map(({ uri }) => uri),
    tls: tls ?? options.tls,
    timeoutMs,
    connectTimeoutMs,
    heartbeatSeconds,
    connectionName,
  };
}

function given({ port, addressResolver, loadBalancer }: StreamsOptions) {
  return {
    ...(port === undefined ? {} : { port }),
    ...(addressResolver === undefined ? {} : { addressResolver }),
    ...(loadBalancer === undefined ? {} : { loadBalancer }),
  };
}
