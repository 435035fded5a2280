import { describe, expect, it } from "vitest";
import { sha256 } from "@warrenmq/core/queues";
import { thrownBy } from "../thrown-by.test.helper.ts";
import { validateSendMessage } from "./send-message.ts";

const STANDARD = { fifo: false, maximumMessageSize: 1_048_576, contentBasedDeduplication: false };
const SMALL = { ...STANDARD, maximumMessageSize: 1024 };
const FIFO = { ...STANDARD, fifo: true };
const CONTENT_BASED = { ...FIFO, contentBasedDeduplication: true };
const INVALID_CHARACTERS =
  "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";
const idReason = (name: string): string =>
  `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`;

describe("SendMessage is refused", () => {
  it.each([
    ["without a body", STANDARD, {}, "MissingParameter: The request must contain the parameter MessageBody."],
    [
      "with an empty body",
      STANDARD,
      { MessageBody: "" },
      "MissingParameter: The request must contain the parameter MessageBody.",
    ],
    ["with a control character", STANDARD, { MessageBody: "a\u0008" }, `InvalidMessageContents: ${INVALID_CHARACTERS}`],
    ["with a zero character", STANDARD, { MessageBody: "\0" }, `InvalidMessageContents: ${INVALID_CHARACTERS}`],
    ["with U+FFFF", STANDARD, { MessageBody: "\uFFFF" }, `InvalidMessageContents: ${INVALID_CHARACTERS}`],
    ["with U+FFFE", STANDARD, { MessageBody: "\uFFFE" }, `InvalidMessageContents: ${INVALID_CHARACTERS}`],
    [
      "with an unpaired surrogate",
      STANDARD,
      { MessageBody: "\uD83D!" },
      `InvalidMessageContents: ${INVALID_CHARACTERS}`,
    ],
    [
      "over the queue's size",
      SMALL,
      { MessageBody: "x".repeat(1025) },
      "InvalidParameterValue: One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
    ],
    [
      "over the queue's size in UTF-8",
      SMALL,
      { MessageBody: "é".repeat(513) },
      "InvalidParameterValue: One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
    ],
    [
      "over the largest size",
      STANDARD,
      { MessageBody: "x".repeat(1_048_577) },
      "InvalidParameterValue: One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    ],
    [
      "with a long delay",
      STANDARD,
      { MessageBody: "x", DelaySeconds: 901 },
      "InvalidParameterValue: Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
    ],
    [
      "with a negative delay",
      STANDARD,
      { MessageBody: "x", DelaySeconds: -1 },
      "InvalidParameterValue: Value -1 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
    ],
    [
      "with a delay on a FIFO queue",
      CONTENT_BASED,
      { MessageBody: "x", MessageGroupId: "g", DelaySeconds: 2 },
      "InvalidParameterValue: Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.",
    ],
    [
      "with a deduplication id on a standard queue",
      STANDARD,
      { MessageBody: "x", MessageDeduplicationId: "d" },
      "InvalidParameterValue: Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.",
    ],
    [
      "without a group on a FIFO queue",
      CONTENT_BASED,
      { MessageBody: "x" },
      "MissingParameter: The request must contain the parameter MessageGroupId.",
    ],
    [
      "without a deduplication id on a FIFO queue",
      FIFO,
      { MessageBody: "x", MessageGroupId: "g" },
      "InvalidParameterValue: The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    ],
    ...["", "group 123", "a".repeat(129)].flatMap(
      (id) =>
        [
          [
            `with the group ${id}`,
            STANDARD,
            { MessageBody: "x", MessageGroupId: id },
            `InvalidParameterValue: Value ${id} for parameter MessageGroupId is invalid. Reason: ${idReason("MessageGroupId")}`,
          ],
          [
            `with the deduplication id ${id}`,
            FIFO,
            { MessageBody: "x", MessageGroupId: "g", MessageDeduplicationId: id },
            `InvalidParameterValue: Value ${id} for parameter MessageDeduplicationId is invalid. Reason: ${idReason("MessageDeduplicationId")}`,
          ],
        ] as const,
    ),
  ] as const)("%s", (_label, queue, input, expected) => {
    expect(thrownBy(() => validateSendMessage(input, queue))).toBe(expected);
  });
});

describe("SendMessage with JavaScript types that the SDK would not check", () => {
  it.each([
    [{ MessageBody: 5 }, "NUMBER_VALUE can not be converted to a String"],
    [{ MessageBody: true }, "TRUE_VALUE can not be converted to a String"],
    [{ MessageBody: { a: 1 } }, "Start of structure or map found where not expected."],
    [{ MessageBody: ["a"] }, "Start of list found where not expected"],
    [{ MessageBody: "x", DelaySeconds: "5" }, "STRING_VALUE can not be converted to an Integer"],
    [{ MessageBody: "x", DelaySeconds: Number.NaN }, "STRING_VALUE can not be converted to an Integer"],
    [{ MessageBody: "x", MessageAttributes: [] }, "Start of list found where not expected"],
    [{ MessageBody: "x", MessageAttributes: "a" }, "Expected null"],
    [
      { MessageBody: "x", MessageAttributes: { a: { DataType: "Number", StringValue: 5 } } },
      "NUMBER_VALUE can not be converted to a String",
    ],
    [
      { MessageBody: "x", MessageAttributes: { a: { DataType: "Binary", BinaryValue: { 0: 1 } } } },
      "Start of structure or map found where not expected.",
    ],
  ])("%j is a SerializationException", (input, message) => {
    expect(thrownBy(() => validateSendMessage(input, STANDARD))).toBe(`SerializationException: ${message}`);
  });

  it("takes null for absent", () => {
    const input = { MessageBody: "x", DelaySeconds: null, MessageAttributes: null };
    expect(validateSendMessage(input, STANDARD)).toMatchObject({ attributes: [], delaySeconds: undefined });
  });
});

describe("SendMessage is accepted", () => {
  it("with every character that XML has, up to the very size", () => {
    const body = "\t\n\r \u007F\uD7FF\uE000\uFFFD\u{10000}\u{10FFFF}";
    expect(validateSendMessage({ MessageBody: body }, STANDARD).body.toString()).toBe(body);
    expect(validateSendMessage({ MessageBody: "x".repeat(1024) }, SMALL).sizeBytes).toBe(1024);
  });

  it("counting names, types and values of attributes, but not system attributes", () => {
    const message = validateSendMessage(
      {
        MessageBody: "x",
        MessageAttributes: { name: { DataType: "String.é", StringValue: "äb" } },
        MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: "Root=1" } },
      },
      STANDARD,
    );
    expect(message.sizeBytes).toBe(1 + 4 + 9 + 3);
    expect(message.systemAttributes).toEqual([{ name: "AWSTraceHeader", dataType: "String", value: "Root=1" }]);
  });

  it("on a FIFO queue with delay 0, which means the queue's", () => {
    const input = { MessageBody: "x", MessageGroupId: "g", DelaySeconds: 0 };
    expect(validateSendMessage(input, CONTENT_BASED)).toMatchObject({
      delaySeconds: undefined,
      messageGroupId: "g",
      messageDeduplicationId: sha256("x"),
    });
  });

  it("with a group on a standard queue", () => {
    expect(validateSendMessage({ MessageBody: "x", MessageGroupId: "tenant" }, STANDARD).messageGroupId).toBe("tenant");
  });
});
