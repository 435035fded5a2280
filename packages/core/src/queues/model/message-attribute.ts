/**
 * One message attribute, checked. Held in lists rather than in objects, so that a name such as `__proto__` is a name
 * like any other; there are at most ten.
 */
export interface MessageAttribute {
  readonly name: string;
  /** `String`, `Number` or `Binary`, perhaps with a custom label behind a dot (`Number.int`). */
  readonly dataType: string;
  /** Text for String and Number, bytes for Binary. */
  readonly value: string | Buffer;
}

/** The attributes of one message, in the order in which they were given. */
export type MessageAttributes = readonly MessageAttribute[];

/** No attributes. One shared value, so that a message without attributes costs nothing. */
export const NO_ATTRIBUTES: MessageAttributes = [];

const EXACT = /^(?:String|Number|Binary)$/;

/** The logical type of a data type: the part before the custom label. `undefined` when it is none of SQS's three. */
export function baseType(dataType: string): "String" | "Number" | "Binary" | undefined {
  const dot = dataType.indexOf(".");
  const base = dot < 0 ? dataType : dataType.slice(0, dot);
  if (!EXACT.test(base)) return undefined;
  if (base === "Binary") return "Binary";
  return base === "Number" ? "Number" : "String";
}

/** The bytes that attributes add to the size of a message: names, types and values, in UTF-8 ("All parts … count"). */
export function attributesByteLength(attributes: MessageAttributes): number {
  let bytes = 0;
  for (const { name, dataType, value } of attributes) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(dataType);
    bytes += typeof value === "string" ? Buffer.byteLength(value) : value.length;
  }
  return bytes;
}
