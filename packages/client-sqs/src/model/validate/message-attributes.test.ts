import { describe, expect, it } from "vitest";
import { thrownBy } from "../thrown-by.test.helper.ts";
import { validateMessageAttributes, validateMessageSystemAttributes } from "./message-attributes.ts";
import { isNumberValue } from "./number-value.ts";

const text = (value: unknown, dataType = "String"): unknown => ({ DataType: dataType, StringValue: value });
const refusal = (attributes: unknown): string => thrownBy(() => validateMessageAttributes(attributes, "SendMessage"));

describe("message attributes are refused", () => {
  it.each([
    [
      { ErrorDetails: text("") },
      "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
    ],
    [{ n: text("", "Number") }, "Message (user) attribute 'n' must contain a non-empty value of type 'Number'."],
    [
      { b: { DataType: "Binary", BinaryValue: new Uint8Array() } },
      "Message (user) attribute 'b' must contain a non-empty value of type 'Binary'.",
    ],
    [
      { s: { DataType: "String", BinaryValue: Buffer.from("x") } },
      "Message (user) attribute 's' must contain a non-empty value of type 'String'.",
    ],
    [
      { s: { DataType: "String", StringValue: "x", BinaryValue: Buffer.from("x") } },
      "Message (user) attribute 's' must contain only a value of type 'String'.",
    ],
    [{ n: text("world", "Number") }, "Can't cast the value of message (user) attribute 'n' to a number."],
    [{ Hello: {} }, "The message (user) attribute 'Hello' must contain a non-empty message attribute value."],
    [{ Hello: text("x", "") }, "The message (user) attribute 'Hello' must contain a non-empty message attribute type."],
    [
      { Hello: text("x", "string") },
      "The type of message (user) attribute 'Hello' is invalid. You must use only the following supported type prefixes: Binary, Number, String.",
    ],
    [
      { Hello: text("x", `String.${"x".repeat(250)}`) },
      "Message (user) attribute type must be shorter than 256 bytes.",
    ],
    [{ "": text("x") }, "The request must contain non-empty message (user) attribute names."],
    [{ ["L".repeat(257)]: text("x") }, "Message (user) attribute name must be shorter than 256 bytes."],
    [
      { "AWS.x": text("x") },
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.",
    ],
    [
      { "amazon.x": text("x") },
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.",
    ],
    [
      Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, text("x")])),
      "Number of message attributes [11] exceeds the allowed maximum [10].",
    ],
  ])("%j", (attributes, message) => {
    expect(refusal(attributes)).toBe(`InvalidParameterValue: ${message}`);
  });

  it.each(["a!b", "a b", 'a"', "a§", "a(", "a?", ".a", "a."])("with the name %s", (name) => {
    expect(refusal({ [name]: text("x") })).toContain(`InvalidParameterValue: Message (user) attribute name '${name}'`);
  });

  it("with lists, which SQS does not have", () => {
    const list = { DataType: "StringList", StringListValues: ["x"] };
    expect(refusal({ Hello: list })).toBe(
      "UnsupportedOperation: Message attribute list values in SendMessage operation are not supported.",
    );
  });

  it("with a control character in a String value", () => {
    expect(refusal({ s: text("\u000B") })).toContain("InvalidParameterValue: Invalid characters found.");
  });
});

describe("message attributes are accepted", () => {
  it.each(["a", "L".repeat(256), "attr.1øßä", "a..b", "x-a", "CC", "_-.z"])("with the name %s", (name) => {
    expect(validateMessageAttributes({ [name]: text("x") }, "SendMessage")).toEqual([
      { name, dataType: "String", value: "x" },
    ]);
  });

  it("with a name that is special to JavaScript", () => {
    const attributes: unknown = JSON.parse('{"__proto__":{"DataType":"String","StringValue":"x"}}');
    expect(validateMessageAttributes(attributes, "SendMessage")).toEqual([
      { name: "__proto__", dataType: "String", value: "x" },
    ]);
  });

  it("with the empty lists that an older SDK received", () => {
    const received = { DataType: "String", StringValue: "x", StringListValues: [], BinaryListValues: [] };
    expect(validateMessageAttributes({ a: received }, "SendMessage")).toHaveLength(1);
  });

  it("copying bytes, so that the caller may reuse its buffer", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const [attribute] = validateMessageAttributes({ b: { DataType: "Binary", BinaryValue: bytes } }, "SendMessage");
    bytes.fill(0);
    expect(attribute?.value).toEqual(Buffer.of(1, 2, 3));
  });
});

describe("message system attributes", () => {
  it.each([
    [{ Hello: text("x") }, "Message system attribute name 'Hello' is invalid."],
    [
      { AWSTraceHeader: text("1", "Number") },
      "Message (system) attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.",
    ],
    [
      { AWSTraceHeader: text("") },
      "Message (system) attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.",
    ],
    [
      { AWSTraceHeader: text("x".repeat(8193)) },
      "Message (system) attribute 'AWSTraceHeader' must be shorter than 8192 bytes.",
    ],
  ])("%j are refused", (attributes, message) => {
    expect(thrownBy(() => validateMessageSystemAttributes(attributes))).toBe(`InvalidParameterValue: ${message}`);
  });
});

describe("isNumberValue", () => {
  it.each([
    "0",
    "1",
    "-1",
    "+1.5",
    ".5",
    "5.",
    "0230.01",
    "1e126",
    "9.99e125",
    "1e-128",
    "0e999",
    `1${"0".repeat(100)}`,
    "1".repeat(38),
  ])("accepts %s", (value) => expect(isNumberValue(value)).toBe(true));

  it.each([
    "",
    ".",
    "-",
    "e5",
    "1e",
    "0x10",
    "1,5",
    " 1",
    "1 ",
    "NaN",
    "Infinity",
    "1e127",
    "9e-129",
    "1".repeat(39),
    "--1",
    "1e9999999999",
  ])("refuses %j", (value) => expect(isNumberValue(value)).toBe(false));
});
