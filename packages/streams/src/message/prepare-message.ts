import { ByteWriter } from "../bytes/byte-writer.ts";
import type { PreparedMessage } from "./prepared-message.ts";
import { PROPERTY_NAMES, Section } from "./section.ts";
import type { PropertyName } from "./section.ts";
import { writeSimpleValue, writeString, writeSymbol } from "./simple-value.ts";
import type { SimpleValue } from "./simple-value.ts";

/** A message to publish. Its body travels as the data section of an AMQP 1.0 message, which all clients read. */
export interface OutgoingMessage {
  /** Not copied before the message is sent, nor while it may have to be sent again: leave it as it is until the publish is over. */
  readonly body: Uint8Array;
  /** Headers, to a client of AMQP 0-9-1. */
  readonly applicationProperties?: Readonly<Record<string, SimpleValue>>;
  /** For infrastructure between publisher and consumer. Names begin with `x-`. */
  readonly messageAnnotations?: Readonly<Record<string, SimpleValue>>;
  readonly properties?: OutgoingProperties;
  /**
   * What consumers can filter by, up to 255 bytes of UTF-8. Needs RabbitMQ 3.13, and the publisher's option `filtering`.
   */
  readonly filterValue?: string;
}

/** The properties section of a message to publish. */
export type OutgoingProperties = { readonly [Name in PropertyName]?: PropertyTypes[Name] };

interface PropertyTypes extends Record<PropertyName, SimpleValue> {
  readonly messageId: string | Uint8Array;
  readonly userId: Uint8Array;
  readonly to: string;
  readonly subject: string;
  readonly replyTo: string;
  readonly correlationId: string | Uint8Array;
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly absoluteExpiryTime: Date;
  readonly creationTime: Date;
  readonly groupId: string;
  readonly groupSequence: number;
  readonly replyToGroupId: string;
}

const EMPTY = Buffer.alloc(0);
const LONGEST_FILTER_VALUE = 255;
/** List, and map, with size and count in four bytes each. */
const LIST_32 = 0xd0;
const MAP_32 = 0xd1;
/** Fields that the specification types as symbols. */
const SYMBOLS: ReadonlySet<PropertyName> = new Set(["contentType", "contentEncoding"]);

/**
 * Encodes everything but the body.
 * @throws RangeError for a value that the protocol cannot carry.
 */
export function prepareMessage(message: OutgoingMessage): PreparedMessage {
  return { head: headOf(message), body: message.body, filterValue: filterValueOf(message) };
}

function headOf({ messageAnnotations, properties, applicationProperties }: OutgoingMessage): Uint8Array {
  if (messageAnnotations === undefined && properties === undefined && applicationProperties === undefined) return EMPTY;
  const writer = new ByteWriter();
  if (messageAnnotations !== undefined) writeMap(writer, Section.messageAnnotations, messageAnnotations, writeSymbol);
  if (properties !== undefined) writeProperties(writer, properties);
  if (applicationProperties !== undefined) {
    writeMap(writer, Section.applicationProperties, applicationProperties, writeString);
  }
  return writer.toBuffer();
}

function filterValueOf({ filterValue }: OutgoingMessage): Buffer | undefined {
  if (filterValue === undefined) return undefined;
  const bytes = Buffer.from(filterValue);
  if (bytes.length <= LONGEST_FILTER_VALUE) return bytes;
  throw new RangeError(`A filter value takes ${bytes.length} bytes where RabbitMQ allows ${LONGEST_FILTER_VALUE}.`);
}

function writeMap(
  writer: ByteWriter,
  section: number,
  map: Readonly<Record<string, SimpleValue>>,
  writeKey: (writer: ByteWriter, key: string) => void,
): void {
  const entries = Object.entries(map);
  writeCompound(writer, section, MAP_32, entries.length * 2, () => {
    for (const [key, value] of entries) {
      writeKey(writer, key);
      writeSimpleValue(writer, value);
    }
  });
}

function writeProperties(writer: ByteWriter, properties: OutgoingProperties): void {
  const last = PROPERTY_NAMES.findLastIndex((name) => properties[name] !== undefined);
  writeCompound(writer, Section.properties, LIST_32, last + 1, () => {
    for (const name of PROPERTY_NAMES.slice(0, last + 1)) writeProperty(writer, name, properties[name] ?? null);
  });
}

function writeProperty(writer: ByteWriter, name: PropertyName, value: SimpleValue): void {
  if (name === "groupSequence" && typeof value === "number") writer.uint8(0x70).uint32(value);
  else if (SYMBOLS.has(name) && typeof value === "string") writeSymbol(writer, value);
  else writeSimpleValue(writer, value);
}

function writeCompound(
  writer: ByteWriter,
  section: number,
  code: number,
  count: number,
  writeElements: () => void,
): void {
  const sizeAt = writer.uint8(0x00).uint8(0x53).uint8(section).uint8(code).length;
  writer.uint32(0).uint32(count);
  writeElements();
  writer.setUint32(writer.length - sizeAt - 4, sizeAt);
}
