import { ByteReader } from "../bytes/byte-reader.ts";
import { ProtocolError } from "../bytes/protocol-error.ts";
import type { AmqpMap, AmqpValue } from "./amqp-value.ts";
import { readValue } from "./amqp-value.ts";
import { PROPERTY_NAMES, Section } from "./section.ts";
import type { PropertyName } from "./section.ts";

/** The properties section of a message that was read. */
export type MessageProperties = { readonly [Name in PropertyName]?: AmqpValue };

/** The sections of a message. */
export interface DecodedMessage {
  /** What brokers and bridges added: `x-exchange` and `x-routing-key` of a message that came in over AMQP 0-9-1, say. */
  readonly messageAnnotations: AmqpMap;
  readonly properties: MessageProperties;
  /** The headers of a message that came in over AMQP 0-9-1. */
  readonly applicationProperties: AmqpMap;
  /** The data sections, joined; `undefined` where the body is a value. */
  readonly data: Buffer | undefined;
  /** The value of an `amqp-value` section, or the list of an `amqp-sequence`. */
  readonly value: AmqpValue | undefined;
}

/** Sections whose descriptor is a symbol, as the specification also allows. */
const BY_SYMBOL: ReadonlyMap<AmqpValue, number> = new Map<AmqpValue, number>([
  ["amqp:header:list", Section.header],
  ["amqp:delivery-annotations:map", Section.deliveryAnnotations],
  ["amqp:message-annotations:map", Section.messageAnnotations],
  ["amqp:properties:list", Section.properties],
  ["amqp:application-properties:map", Section.applicationProperties],
  ["amqp:data:binary", Section.data],
  ["amqp:amqp-sequence:list", Section.sequence],
  ["amqp:amqp-value:*", Section.value],
  ["amqp:footer:map", Section.footer],
]);

/** Decodes an AMQP 1.0 message. @throws ProtocolError when it is malformed. */
export function decodeMessage(bytes: Buffer): DecodedMessage {
  const reader = new ByteReader(bytes);
  const data: Buffer[] = [];
  let messageAnnotations: AmqpMap = new Map();
  let applicationProperties: AmqpMap = new Map();
  let properties: MessageProperties = {};
  let value: AmqpValue | undefined;
  while (reader.remaining > 0) {
    const section = readSection(reader);
    const content = readValue(reader);
    if (section === Section.messageAnnotations) messageAnnotations = mapOf(content);
    else if (section === Section.properties) properties = propertiesOf(content);
    else if (section === Section.applicationProperties) applicationProperties = mapOf(content);
    else if (section === Section.data) data.push(bytesOf(content));
    else if (section === Section.value) value = content;
    else if (section === Section.sequence) value = [...(Array.isArray(value) ? value : []), ...listOf(content)];
  }
  const joined = data.length === 1 ? data[0] : Buffer.concat(data);
  const isEmpty = data.length === 0 && value !== undefined;
  return { messageAnnotations, properties, applicationProperties, data: isEmpty ? undefined : joined, value };
}

function readSection(reader: ByteReader): number {
  if (reader.uint8() !== 0x00) throw new ProtocolError(`A section of an AMQP 1.0 message begins without a descriptor.`);
  const descriptor = readValue(reader);
  const section = typeof descriptor === "number" ? descriptor : BY_SYMBOL.get(descriptor);
  if (section !== undefined && section >= Section.header && section <= Section.footer) return section;
  throw new ProtocolError(`An AMQP 1.0 message has a section of an unknown kind.`);
}

function mapOf(content: AmqpValue): AmqpMap {
  if (content instanceof Map) return content;
  if (content === null) return new Map();
  throw new ProtocolError("A section of an AMQP 1.0 message is not a map.");
}

function listOf(content: AmqpValue): readonly AmqpValue[] {
  if (Array.isArray(content)) return content;
  throw new ProtocolError("A section of an AMQP 1.0 message is not a list.");
}

function bytesOf(content: AmqpValue): Buffer {
  if (Buffer.isBuffer(content)) return content;
  throw new ProtocolError("A data section of an AMQP 1.0 message is not binary.");
}

function propertiesOf(content: AmqpValue): MessageProperties {
  const fields = listOf(content);
  const present = PROPERTY_NAMES.flatMap((name, index) => {
    const field = fields[index];
    return field === undefined || field === null ? [] : [[name, field]];
  });
  return Object.fromEntries(present);
}
