import type { MessageProperties, Publication } from "../publication.ts";
import { ByteWriter } from "./byte-writer.ts";
import { writeTable } from "./field-table.ts";

/** What a frame adds to its payload: type, channel and length before it, one byte after it. */
const FRAME_OVERHEAD_BYTES = 8;
const FRAME_HEADER_BYTES = 7;
const FRAME_END = 0xce;
const FRAME_TYPE = { method: 1, header: 2, body: 3 } as const;
const BASIC_CLASS = 60;
const PUBLISH_METHOD = 40;
const MANDATORY = 1;
const PERSISTENT = 2;
/** As much as amqplib takes for a header table. */
const MAX_PROPERTIES_BYTES = 64 * 1024;

/** The bits that say which properties are there, in their order on the wire (AMQP 0-9-1, class basic). */
const FLAG = {
  contentType: 0x8000,
  contentEncoding: 0x4000,
  headers: 0x2000,
  deliveryMode: 0x1000,
  priority: 0x0800,
  correlationId: 0x0400,
  replyTo: 0x0200,
  expiration: 0x0100,
  messageId: 0x0080,
  timestamp: 0x0040,
  type: 0x0020,
  appId: 0x0008,
} as const;

const writer = new ByteWriter(MAX_PROPERTIES_BYTES);

/** Where the frames of a message go. */
export interface FrameTarget {
  /** Number of the AMQP channel. */
  readonly channel: number;
  /** Bytes that a frame may take, as agreed with the broker. */
  readonly maxFrameBytes: number;
}

/** The frame of `basic.publish`, which is the same for all messages to one destination. */
export function methodFrame(
  { channel }: FrameTarget,
  { exchange, routingKey, mandatory }: Pick<Publication, "exchange" | "routingKey" | "mandatory">,
): Buffer {
  writer.reset();
  const length = beginFrame(FRAME_TYPE.method, channel);
  writer.uint16(BASIC_CLASS);
  writer.uint16(PUBLISH_METHOD);
  writer.uint16(0); // reserved
  writer.shortString(exchange);
  writer.shortString(routingKey);
  writer.uint8(mandatory === true ? MANDATORY : 0);
  endFrame(length);
  const frame = Buffer.allocUnsafe(writer.length);
  writer.copyTo(frame);
  return frame;
}

/**
 * All frames of one message behind its method frame, in one piece. amqplib's own encoder makes about ten buffers for
 * a message and takes 20 µs for one with the properties that SQS messages have (measured, 2.3.1).
 * @throws RangeError when a property or the headers are too long; TypeError for a header that AMQP has no type for.
 */
export function publishFrames(
  { channel, maxFrameBytes }: FrameTarget,
  method: Buffer,
  { content, properties }: Pick<Publication, "content" | "properties">,
): Buffer {
  writer.reset();
  const length = beginFrame(FRAME_TYPE.header, channel);
  writeHeader(content.length, properties);
  endFrame(length);
  if (writer.length > maxFrameBytes) {
    throw new RangeError(`Properties and headers take ${writer.length} bytes; the broker allows ${maxFrameBytes}.`);
  }
  const maxBodyBytes = maxFrameBytes - FRAME_OVERHEAD_BYTES;
  const bodyFrames = Math.ceil(content.length / maxBodyBytes);
  const bodyBytes = content.length + bodyFrames * FRAME_OVERHEAD_BYTES;
  const frames = Buffer.allocUnsafe(method.length + writer.length + bodyBytes);
  frames.set(method, 0);
  writer.copyTo(frames, method.length);
  copyBody(content, maxBodyBytes, channel, frames, method.length + writer.length);
  return frames;
}

function copyBody(content: Buffer, maxBodyBytes: number, channel: number, frames: Buffer, start: number): void {
  let offset = start;
  for (let from = 0; from < content.length; from += maxBodyBytes) {
    const bytes = Math.min(maxBodyBytes, content.length - from);
    frames.writeUInt8(FRAME_TYPE.body, offset);
    frames.writeUInt16BE(channel, offset + 1);
    frames.writeUInt32BE(bytes, offset + 3);
    content.copy(frames, offset + FRAME_HEADER_BYTES, from, from + bytes);
    frames.writeUInt8(FRAME_END, offset + FRAME_HEADER_BYTES + bytes);
    offset += bytes + FRAME_OVERHEAD_BYTES;
  }
}

/** Returns where the frame's length belongs. */
function beginFrame(type: number, channel: number): number {
  writer.uint8(type);
  writer.uint16(channel);
  return writer.skipUint32();
}

function endFrame(lengthPlace: number): void {
  writer.setUint32(writer.length - lengthPlace - 4, lengthPlace);
  writer.uint8(FRAME_END);
}

function writeHeader(bodyBytes: number, properties: MessageProperties): void {
  writer.uint16(BASIC_CLASS);
  writer.uint16(0); // weight: unused
  writer.uint64(bodyBytes);
  const flagsPlace = writer.length;
  writer.uint16(0);
  writer.setUint16(writeProperties(properties), flagsPlace);
}

/** Returns the flags of the properties that are there. */
function writeProperties(properties: MessageProperties): number {
  const { headers, persistent, priority, timestamp } = properties;
  let flags = text(FLAG.contentType, properties.contentType) | text(FLAG.contentEncoding, properties.contentEncoding);
  if (headers !== undefined) {
    flags |= FLAG.headers;
    writeTable(writer, headers);
  }
  if (persistent === true) {
    flags |= FLAG.deliveryMode;
    writer.uint8(PERSISTENT);
  }
  if (priority !== undefined) {
    flags |= FLAG.priority;
    writer.uint8(priority);
  }
  flags |= text(FLAG.correlationId, properties.correlationId) | text(FLAG.replyTo, properties.replyTo);
  flags |= text(FLAG.expiration, properties.expiration) | text(FLAG.messageId, properties.messageId);
  if (timestamp !== undefined) {
    flags |= FLAG.timestamp;
    writer.uint64(timestamp);
  }
  return flags | text(FLAG.type, properties.type) | text(FLAG.appId, properties.appId);
}

function text(flag: number, value: string | undefined): number {
  if (value === undefined) return 0;
  writer.shortString(value);
  return flag;
}
