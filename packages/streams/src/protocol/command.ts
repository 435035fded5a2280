/** The keys of the protocol's commands: https://github.com/rabbitmq/rabbitmq-server/blob/main/deps/rabbitmq_stream/docs/PROTOCOL.adoc */
export const Command = {
  declarePublisher: 0x01,
  publish: 0x02,
  publishConfirm: 0x03,
  publishError: 0x04,
  queryPublisherSequence: 0x05,
  deletePublisher: 0x06,
  subscribe: 0x07,
  deliver: 0x08,
  credit: 0x09,
  unsubscribe: 0x0c,
  createStream: 0x0d,
  deleteStream: 0x0e,
  metadata: 0x0f,
  metadataUpdate: 0x10,
  peerProperties: 0x11,
  saslHandshake: 0x12,
  saslAuthenticate: 0x13,
  tune: 0x14,
  open: 0x15,
  close: 0x16,
  heartbeat: 0x17,
  route: 0x18,
  partitions: 0x19,
  consumerUpdate: 0x1a,
  exchangeCommandVersions: 0x1b,
  streamStats: 0x1c,
} as const;

/** The key of a command. */
export type CommandKey = (typeof Command)[keyof typeof Command];

/** Set in the key of a frame that answers a request. */
export const RESPONSE_BIT = 0x8000;
