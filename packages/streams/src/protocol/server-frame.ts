import { ByteReader } from "../bytes/byte-reader.ts";
import { Command, RESPONSE_BIT } from "./command.ts";
import { ProtocolError } from "../bytes/protocol-error.ts";

/** A frame that the broker sends, decoded as far as every user of it needs. */
export type ServerFrame =
  /** The answer to a request. `body` stands behind the correlation id. */
  | { readonly type: "response"; readonly command: number; readonly correlationId: number; readonly body: ByteReader }
  /** `body` stands at the number of publishing ids: {@link readPublishingIds}. */
  | { readonly type: "publish-confirm"; readonly publisherId: number; readonly body: ByteReader }
  /** `body` stands at the number of errors: {@link readPublishErrors}. */
  | { readonly type: "publish-error"; readonly publisherId: number; readonly body: ByteReader }
  /** `committedChunkId` comes with version 2 of the command (RabbitMQ 3.11). `chunk` is for {@link parseChunk}. */
  | {
      readonly type: "deliver";
      readonly subscriptionId: number;
      readonly committedChunkId: number | undefined;
      readonly chunk: Buffer;
    }
  /** A Credit that the broker refused. */
  | { readonly type: "credit-refused"; readonly subscriptionId: number; readonly code: number }
  /** Something happened to the stream: its publishers and subscriptions on this connection are gone. */
  | { readonly type: "metadata-update"; readonly code: number; readonly stream: string }
  | { readonly type: "tune"; readonly frameMaxBytes: number; readonly heartbeatSeconds: number }
  | { readonly type: "heartbeat" }
  | { readonly type: "close"; readonly correlationId: number; readonly code: number; readonly reason: string }
  | {
      readonly type: "consumer-update";
      readonly correlationId: number;
      readonly subscriptionId: number;
      readonly active: boolean;
    };

/** @param frame without its size. @throws ProtocolError when it is truncated or of an unknown kind. */
export function decodeServerFrame(frame: Buffer): ServerFrame {
  const reader = new ByteReader(frame);
  const key = reader.uint16();
  const version = reader.uint16();
  if (version === 1) return decodeFirstVersion(key, reader);
  if (version === 2 && key === Command.deliver) {
    const subscriptionId = reader.uint8();
    // All ones when nothing is committed yet.
    const committedChunkId = reader.int64();
    return { type: "deliver", subscriptionId, committedChunkId, chunk: reader.take(reader.remaining) };
  }
  throw new ProtocolError(`The broker sent version ${version} of command ${key & ~RESPONSE_BIT}, which is not known.`);
}

function decodeFirstVersion(key: number, reader: ByteReader): ServerFrame {
  switch (key) {
    case Command.publishConfirm:
      return { type: "publish-confirm", publisherId: reader.uint8(), body: reader };
    case Command.publishError:
      return { type: "publish-error", publisherId: reader.uint8(), body: reader };
    case Command.deliver:
      return {
        type: "deliver",
        subscriptionId: reader.uint8(),
        committedChunkId: undefined,
        chunk: reader.take(reader.remaining),
      };
    case Command.credit | RESPONSE_BIT:
      return { type: "credit-refused", code: reader.uint16(), subscriptionId: reader.uint8() };
    case Command.metadataUpdate:
      return { type: "metadata-update", code: reader.uint16(), stream: reader.string() };
    case Command.tune:
    case Command.tune | RESPONSE_BIT:
      return { type: "tune", frameMaxBytes: reader.uint32(), heartbeatSeconds: reader.uint32() };
    case Command.heartbeat:
      return { type: "heartbeat" };
    case Command.close:
      return { type: "close", correlationId: reader.uint32(), code: reader.uint16(), reason: reader.string() };
    case Command.consumerUpdate:
      return {
        type: "consumer-update",
        correlationId: reader.uint32(),
        subscriptionId: reader.uint8(),
        active: reader.uint8() === 1,
      };
    default:
      return decodeResponse(key, reader);
  }
}

function decodeResponse(key: number, reader: ByteReader): ServerFrame {
  if ((key & RESPONSE_BIT) === 0) throw new ProtocolError(`The broker sent command ${key}, which is not known.`);
  return { type: "response", command: key & ~RESPONSE_BIT, correlationId: reader.uint32(), body: reader };
}

/** Calls `onId` with each publishing id of a confirm. */
export function readPublishingIds(body: ByteReader, onId: (publishingId: number) => void): void {
  const count = body.count(8);
  for (let index = 0; index < count; index++) onId(body.uint64());
}

/** Calls `onError` with each publishing id that was refused, and the response code that says why. */
export function readPublishErrors(body: ByteReader, onError: (publishingId: number, code: number) => void): void {
  const count = body.count(10);
  for (let index = 0; index < count; index++) onError(body.uint64(), body.uint16());
}
