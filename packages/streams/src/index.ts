// The client
export { StreamClient } from "./client/stream-client.ts";
export { parseStreamAddresses, type StreamAddress } from "./connection/address.ts";
export type { AddressResolver, StreamClientOptions } from "./connection/options.ts";
export type { StreamPublisher } from "./client/stream-publisher.ts";
export type { PublisherOptions, PublishOptions } from "./client/publisher-options.ts";
export { PublishRefusedError } from "./client/publish-refused-error.ts";
export type { RefusedMessage } from "./client/publish-refused-error.ts";
export type { ConsumerFilter, ConsumerOptions, DeliveredChunk, StreamConsumer } from "./client/stream-consumer.ts";
export type { ChunkPlace } from "./protocol/chunk.ts";
export type { OffsetSpecification } from "./protocol/offset-specification.ts";
export type { NodeAddress, StreamMetadata, StreamStats } from "./protocol/response-body.ts";

// Messages
export type { OutgoingMessage, OutgoingProperties } from "./message/prepare-message.ts";
export type { SimpleValue } from "./message/simple-value.ts";
export { ReceivedMessage } from "./message/received-message.ts";
export type { DecodedMessage, MessageProperties } from "./message/decode-message.ts";
export type { AmqpMap, AmqpValue } from "./message/amqp-value.ts";
export type { PropertyName } from "./message/section.ts";

// Errors
export { ProtocolError } from "./bytes/protocol-error.ts";
export { UnsupportedCompressionError } from "./protocol/compression.ts";
