// What a queue is to every client that puts messages into one: its record, its wire format, its delays, its order. For the
// other packages of this project only; does not follow semantic versioning.

export { Coalescer } from "./queues/broker/coalescer.ts";
export { bindDelayed, declareDelayExchanges, DELAYED_EXCHANGE } from "./queues/broker/delay-topology.ts";
export { type DelayedDelivery, delayedDeliveryOf } from "./queues/broker/delayed-delivery.ts";
export { FifoLog, type LookedBack, MOST_LOGGED_AT_ONCE } from "./queues/broker/fifo-log.ts";
export { type FifoOutgoing, FifoSender } from "./queues/broker/fifo-sender.ts";
export { QueueDirectory } from "./queues/broker/queue-directory.ts";
export {
  countReady,
  QUEUE_ARGUMENTS,
  declareFifoQueue,
  declareQueue,
  deleteQueue,
  fifoQueueParts,
  purgeReadyMessages,
  queueExists,
  readyMessages,
  settledReadyMessages,
} from "./queues/broker/queue-declaration.ts";
export {
  invalidAttributeValue,
  invalidParameterValue,
  invalidValue,
  missingParameter,
  notValidForQueueType,
  unknownAttribute,
} from "./queues/model/errors.ts";
export {
  FIFO_PARTITIONS,
  type FifoLayout,
  partitionOf,
  partitionQueues,
  receiversStream,
} from "./queues/model/fifo-layout.ts";
export {
  FifoLogIndex,
  offsetOf,
  positionWithoutRecord,
  type SentMessage,
  sequenceNumber,
} from "./queues/model/fifo-log-index.ts";
export type { FifoLogRecord } from "./queues/model/fifo-log-record.ts";
export { parseJsonMap } from "./queues/model/json-map.ts";
export { md5, sha256 } from "./queues/model/md5.ts";
export { md5OfMessageAttributes } from "./queues/model/message-attribute-digest.ts";
export {
  attributesByteLength,
  baseType,
  type MessageAttribute,
  type MessageAttributes,
  NO_ATTRIBUTES,
} from "./queues/model/message-attribute.ts";
export { newMessageId } from "./queues/model/message-id.ts";
export { queueHash } from "./queues/model/queue-hash.ts";
export { addPermission, parsePolicy, type PermissionGrant, removePermission } from "./queues/model/queue-policy.ts";
export {
  type AttributeMap,
  isCoolingDown,
  sentTimestampFor,
  QUEUE_FOLD,
  type QueueCommand,
  type QueueOutcome,
  type QueueRecord,
  type QueueState,
} from "./queues/model/queue-registry.ts";
export { hasOnlyValidCharacters, INVALID_CHARACTERS } from "./queues/model/text.ts";
export { attributeNameError } from "./queues/model/validate/attribute-name.ts";
export {
  HIDDEN_HEADERS,
  type IncomingMessage,
  type OutgoingMessage,
  type PublishableMessage,
  type WireDelivery,
  type WireProperties,
} from "./queues/model/wire-message.ts";
export { decodeMessage } from "./queues/model/wire/decode-message.ts";
export { encodeMessage } from "./queues/model/wire/encode-message.ts";
export { numberedMessageId } from "./queues/model/wire/message-id.ts";
export { type RepublishChanges, republishMessage } from "./queues/model/wire/republish-message.ts";
