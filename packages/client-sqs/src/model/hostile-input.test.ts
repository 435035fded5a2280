import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OperationError } from "@warrenmq/core/internal";
import { sqsConventions } from "../conventions.ts";
import { parseDeleteRequests, parseHeldMessages, parseVisibilityRequests } from "./control-request.ts";
import { decodeFifoReceiversRecord } from "./fifo-receivers-record.ts";
import { parseLateDelete } from "./late-delete.ts";
import { verifyReceiptHandle } from "./receipt-handle.ts";
import { parseRedriveAllowPolicy } from "./redrive-allow-policy.ts";
import { parseRedrivePolicy } from "./redrive-policy.ts";
import { parseTaskHandle } from "./task-handle.ts";
import { isNumberValue } from "./validate/number-value.ts";
import { validateSendMessage } from "./validate/send-message.ts";
import { validateReceiveMessage } from "./validate/receive-message.ts";

/** Only what AWS would answer may be thrown. */
function answers(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
  }
}

const facts = { fifo: false, maximumMessageSize: 1_048_576 };

const texts: readonly [string, (text: string) => unknown][] = [
  ["a receipt handle", (text) => verifyReceiptHandle(text, "0123456789abcdefghijkl")],
  ["a task handle", parseTaskHandle],
  ["a RedrivePolicy", (text) => answers(() => parseRedrivePolicy(text, false))],
  ["a RedriveAllowPolicy", (text) => answers(() => parseRedriveAllowPolicy(text))],
  ["a number", isNumberValue],
  ["a record of receivers", (text) => decodeFifoReceiversRecord(Buffer.from(text))],
];

describe("any text", () => {
  it.each(texts)("is no harm as %s", (_what, parse) => {
    const json = fc.jsonValue().map((value) => JSON.stringify(value));
    const base64 = json.map((text) => Buffer.from(text).toString("base64"));
    fc.assert(fc.property(fc.oneof(fc.string(), json, base64), (text) => void parse(text)));
  });

  it.each(texts)("may be nested as deeply as a message has room for as %s", (_what, parse) => {
    const depth = 100_000;
    parse("[".repeat(depth) + "]".repeat(depth));
    parse(`${'{"a":'.repeat(depth)}["x"]${"}".repeat(depth)}`);
  });

  it.each(texts)("is read in time in proportion to its length as %s", (_what, parse) => {
    const startedAt = performance.now();
    for (const each of ["a", "0", "1", ".", "-", ":", "=", '"', "\\", "{", "["]) {
      for (const end of ["", "!", "1x"]) parse(each.repeat(200_000) + end);
    }
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe("any value", () => {
  const values = fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true, withTypedArray: true });

  it("is no harm as a request between processes, or as a late delete", () => {
    fc.assert(
      fc.property(fc.oneof(values, fc.array(fc.array(values))), (value) => {
        parseDeleteRequests(value);
        parseVisibilityRequests(value);
        parseHeldMessages(value);
        parseLateDelete(value);
      }),
    );
  });

  it("is no harm as the input or output of a call that is observed", () => {
    const operations = fc.constantFrom("SendMessage", "ReceiveMessage", "DeleteMessageBatch", "__proto__");
    fc.assert(
      fc.property(operations, values, (operation, value) => {
        sqsConventions.call(operation, value);
        sqsConventions.result(operation, value);
      }),
    );
  });

  it("is AWS's error, if any, as a message to send and as a receive", () => {
    const attributes = fc.oneof(
      values,
      fc.dictionary(fc.string(), fc.record({ DataType: values, StringValue: values })),
    );
    fc.assert(
      fc.property(values, attributes, (value, MessageAttributes) => {
        const send = { QueueUrl: "q", MessageBody: "x", DelaySeconds: value, MessageAttributes };
        answers(() => Reflect.apply(validateSendMessage, undefined, [send, facts]));
        const receive = { MaxNumberOfMessages: value, WaitTimeSeconds: value, MessageAttributeNames: value };
        answers(() => Reflect.apply(validateReceiveMessage, undefined, [receive, facts]));
      }),
    );
  });
});
