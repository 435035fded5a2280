import { ByteWriter } from "../bytes/byte-writer.ts";
import { Command, RESPONSE_BIT } from "./command.ts";
import type { CommandKey } from "./command.ts";
import { SPOKEN_VERSIONS } from "./command-version.ts";
import { writeOffsetSpecification } from "./offset-specification.ts";
import type { OffsetSpecification } from "./offset-specification.ts";
import { ResponseCode } from "./response-code.ts";

/** A request without its correlation id, which the connection chooses. */
export interface StreamRequest {
  readonly command: CommandKey;
  /** Writes what follows the correlation id. */
  readonly write: (writer: ByteWriter) => void;
}

/** Properties of a subscription: see `subscribeProperties`. */
export type Properties = Readonly<Record<string, string>>;

/** A whole frame, size included. */
export function requestFrame({ command, write }: StreamRequest, correlationId: number): Buffer {
  return frame(command, 1, (writer) => write(writer.uint32(correlationId)));
}

export function peerPropertiesRequest(properties: Properties): StreamRequest {
  return { command: Command.peerProperties, write: (writer) => writer.map(properties) };
}

export function saslHandshakeRequest(): StreamRequest {
  return { command: Command.saslHandshake, write: () => undefined };
}

/** @param response what the mechanism sends first; for PLAIN the credentials. */
export function saslAuthenticateRequest(mechanism: string, response: Buffer): StreamRequest {
  return {
    command: Command.saslAuthenticate,
    write: (writer) => writer.string(mechanism).longBytes(response),
  };
}

export function openRequest(virtualHost: string): StreamRequest {
  return { command: Command.open, write: (writer) => writer.string(virtualHost) };
}

export function closeRequest(code: number, reason: string): StreamRequest {
  return { command: Command.close, write: (writer) => writer.uint16(code).string(reason) };
}

/** Says which versions of which commands we speak: without it a broker sends no Deliver of version 2. Unknown to 3.10. */
export function exchangeCommandVersionsRequest(): StreamRequest {
  return {
    command: Command.exchangeCommandVersions,
    write: (writer) => {
      writer.uint32(SPOKEN_VERSIONS.length);
      for (const { command, min, max } of SPOKEN_VERSIONS) writer.uint16(command).uint16(min).uint16(max);
    },
  };
}

/** @param reference the publisher's name, for deduplication; `undefined` for none. */
export function declarePublisherRequest(
  publisherId: number,
  reference: string | undefined,
  stream: string,
): StreamRequest {
  return {
    command: Command.declarePublisher,
    write: (writer) =>
      writer
        .uint8(publisherId)
        .string(reference ?? "")
        .string(stream),
  };
}

export function deletePublisherRequest(publisherId: number): StreamRequest {
  return { command: Command.deletePublisher, write: (writer) => writer.uint8(publisherId) };
}

export function queryPublisherSequenceRequest(reference: string, stream: string): StreamRequest {
  return { command: Command.queryPublisherSequence, write: (writer) => writer.string(reference).string(stream) };
}

/** What a Subscribe asks for. */
export interface Subscribe {
  readonly subscriptionId: number;
  readonly stream: string;
  readonly offset: OffsetSpecification;
  /** How many chunks the broker may send before it needs more credit. */
  readonly credit: number;
  readonly properties: Properties;
}

export function subscribeRequest({ subscriptionId, stream, offset, credit, properties }: Subscribe): StreamRequest {
  return {
    command: Command.subscribe,
    write: (writer) => {
      writer.uint8(subscriptionId).string(stream);
      writeOffsetSpecification(writer, offset);
      writer.uint16(credit).map(properties);
    },
  };
}

export function unsubscribeRequest(subscriptionId: number): StreamRequest {
  return { command: Command.unsubscribe, write: (writer) => writer.uint8(subscriptionId) };
}

/** @param streamArguments as for a queue, without `x-`: `{ "max-age": "24h" }` */
export function createStreamRequest(stream: string, streamArguments: Properties): StreamRequest {
  return { command: Command.createStream, write: (writer) => writer.string(stream).map(streamArguments) };
}

export function deleteStreamRequest(stream: string): StreamRequest {
  return { command: Command.deleteStream, write: (writer) => writer.string(stream) };
}

export function metadataRequest(streams: readonly string[]): StreamRequest {
  return {
    command: Command.metadata,
    write: (writer) => {
      writer.uint32(streams.length);
      for (const stream of streams) writer.string(stream);
    },
  };
}

export function streamStatsRequest(stream: string): StreamRequest {
  return { command: Command.streamStats, write: (writer) => writer.string(stream) };
}

export function routeRequest(routingKey: string, superStream: string): StreamRequest {
  return { command: Command.route, write: (writer) => writer.string(routingKey).string(superStream) };
}

export function partitionsRequest(superStream: string): StreamRequest {
  return { command: Command.partitions, write: (writer) => writer.string(superStream) };
}

/** The answer to the broker's proposal for frame size and heartbeat. It has no correlation id. */
export function tuneFrame(frameMaxBytes: number, heartbeatSeconds: number): Buffer {
  return frame(Command.tune | RESPONSE_BIT, 1, (writer) => writer.uint32(frameMaxBytes).uint32(heartbeatSeconds));
}

export function creditFrame(subscriptionId: number, chunks: number): Buffer {
  return frame(Command.credit, 1, (writer) => writer.uint8(subscriptionId).uint16(chunks));
}

export function heartbeatFrame(): Buffer {
  return frame(Command.heartbeat, 1, () => undefined);
}

/** The answer to a Close of the broker. */
export function closeResponseFrame(correlationId: number): Buffer {
  return frame(Command.close | RESPONSE_BIT, 1, (writer) => writer.uint32(correlationId).uint16(ResponseCode.ok));
}

/** The answer when the broker makes a single active consumer active, or inactive again: where it wants to read on. */
export function consumerUpdateResponseFrame(correlationId: number, offset: OffsetSpecification | undefined): Buffer {
  return frame(Command.consumerUpdate | RESPONSE_BIT, 1, (writer) => {
    writer.uint32(correlationId).uint16(ResponseCode.ok);
    // An offset type of 0 is "none": the answer of a consumer that became inactive.
    if (offset === undefined) writer.uint16(0);
    else writeOffsetSpecification(writer, offset);
  });
}

function frame(key: number, version: number, write: (writer: ByteWriter) => unknown): Buffer {
  const writer = new ByteWriter().uint32(0).uint16(key).uint16(version);
  write(writer);
  return writer.setUint32(writer.length - 4, 0).toBuffer();
}
