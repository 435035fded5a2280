import { describe, expect, it } from "vitest";
import {
  differingAttribute,
  parseCreateAttributes,
  parseSetAttributes,
  queueNameExists,
  withDefaults,
  type RequestedAttributes,
} from "./queue-attributes.ts";
import { selectAttributes } from "./queue-attribute-selection.ts";
import { queueFacts } from "./queue-facts.ts";
import { thrownBy } from "./thrown-by.test.helper.ts";

const DLQ = "arn:aws:sqs:eu-central-1:123456789012:dead";

describe("attributes of CreateQueue", () => {
  it.each([
    ["orders", "FifoQueue", "false", "InvalidAttributeName: Unknown Attribute FifoQueue."],
    [
      "orders",
      "ContentBasedDeduplication",
      "true",
      "InvalidAttributeName: Unknown Attribute ContentBasedDeduplication.",
    ],
    [
      "orders",
      "DeduplicationScope",
      "queue",
      "InvalidAttributeName: You can specify the DeduplicationScope only when FifoQueue is set to true.",
    ],
    [
      "orders",
      "FifoThroughputLimit",
      "perQueue",
      "InvalidAttributeName: You can specify the FifoThroughputLimit only when FifoQueue is set to true.",
    ],
    ["orders", "Nonsense", "1", "InvalidAttributeName: Unknown Attribute Nonsense."],
    ["orders", "__proto__", "1", "InvalidAttributeName: Unknown Attribute __proto__."],
    ["orders", "QueueArn", DLQ, "InvalidAttributeName: Unknown Attribute QueueArn."],
    ["orders", "DelaySeconds", "901", "InvalidAttributeValue: Invalid value for the parameter DelaySeconds."],
    ["orders", "DelaySeconds", "-1", "InvalidAttributeValue: Invalid value for the parameter DelaySeconds."],
    ["orders", "DelaySeconds", " 6", "InvalidAttributeValue: Invalid value for the parameter DelaySeconds."],
    ["orders", "DelaySeconds", "", "InvalidAttributeValue: Invalid value for the parameter DelaySeconds."],
    [
      "orders",
      "VisibilityTimeout",
      "43201",
      "InvalidAttributeValue: Invalid value for the parameter VisibilityTimeout.",
    ],
    [
      "orders",
      "MaximumMessageSize",
      "1023",
      "InvalidAttributeValue: Invalid value for the parameter MaximumMessageSize.",
    ],
    [
      "orders",
      "MaximumMessageSize",
      "1048577",
      "InvalidAttributeValue: Invalid value for the parameter MaximumMessageSize.",
    ],
    [
      "orders",
      "MessageRetentionPeriod",
      "59",
      "InvalidAttributeValue: Invalid value for the parameter MessageRetentionPeriod.",
    ],
    [
      "orders",
      "ReceiveMessageWaitTimeSeconds",
      "21",
      "InvalidAttributeValue: Invalid value for the parameter ReceiveMessageWaitTimeSeconds.",
    ],
    [
      "orders",
      "SqsManagedSseEnabled",
      "yes",
      "InvalidAttributeValue: Invalid value for the parameter SqsManagedSseEnabled.",
    ],
    ["orders", "Policy", "{", "InvalidAttributeValue: Invalid value for the parameter Policy."],
    [
      "orders",
      "FifoQueue",
      "true",
      "InvalidParameterValue: The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
    ],
  ])("%s with %s=%s is refused", (queueName, name, value, expected) => {
    expect(thrownBy(() => parseCreateAttributes(queueName, [[name, value]]))).toBe(expected);
  });

  it.each(["orders.fifo", "in.fo", "é", "x".repeat(81)])("a standard queue cannot be called %s", (queueName) => {
    expect(thrownBy(() => parseCreateAttributes(queueName, []))).toBe(
      "InvalidParameterValue: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  });

  it("counts .fifo in the 80 characters of a name", () => {
    const fifo: RequestedAttributes = [["FifoQueue", "true"]];
    expect(thrownBy(() => parseCreateAttributes(`${"x".repeat(76)}.fifo`, fifo))).toContain("InvalidParameterValue");
    expect(parseCreateAttributes(`${"x".repeat(75)}.fifo`, fifo)).toEqual({ FifoQueue: "true" });
  });

  it("takes booleans in any case and keeps canonical texts", () => {
    const attributes = parseCreateAttributes("orders.fifo", [
      ["FifoQueue", "True"],
      ["ContentBasedDeduplication", "TRUE"],
      ["DelaySeconds", "005"],
      ["RedrivePolicy", `{ "maxReceiveCount": "3", "deadLetterTargetArn": "${DLQ}.fifo" }`],
    ]);
    expect(attributes).toEqual({
      FifoQueue: "true",
      ContentBasedDeduplication: "true",
      DelaySeconds: "5",
      RedrivePolicy: `{"deadLetterTargetArn":"${DLQ}.fifo","maxReceiveCount":3}`,
    });
  });

  it("refuses both kinds of encryption at once", () => {
    const both: RequestedAttributes = [
      ["SqsManagedSseEnabled", "true"],
      ["KmsMasterKeyId", "alias/aws/sqs"],
    ];
    expect(thrownBy(() => parseCreateAttributes("orders", both))).toBe(
      "InvalidAttributeName: You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  });

  it("refuses a throughput per group without deduplication per group", () => {
    const requested: RequestedAttributes = [
      ["FifoQueue", "true"],
      ["FifoThroughputLimit", "perMessageGroupId"],
    ];
    expect(thrownBy(() => parseCreateAttributes("orders.fifo", requested))).toContain("perMessageGroupId");
    const high: RequestedAttributes = [...requested, ["DeduplicationScope", "messageGroup"]];
    expect(parseCreateAttributes("orders.fifo", high).FifoThroughputLimit).toBe("perMessageGroupId");
  });
});

describe("attributes of SetQueueAttributes", () => {
  it("cannot change the queue's type", () => {
    expect(thrownBy(() => parseSetAttributes({}, [["FifoQueue", "true"]]))).toBe(
      "InvalidAttributeName: Unknown Attribute FifoQueue.",
    );
    const fifo = { FifoQueue: "true" };
    expect(parseSetAttributes(fifo, [["FifoQueue", "true"]])).toEqual(fifo);
    expect(thrownBy(() => parseSetAttributes(fifo, [["FifoQueue", "false"]]))).toBe(
      "InvalidAttributeValue: Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
    );
  });

  it("removes a policy that is set to nothing and keeps the rest", () => {
    const current = { RedrivePolicy: "{}", Policy: "{}", DelaySeconds: "5" };
    const next = parseSetAttributes(current, [
      ["RedrivePolicy", ""],
      ["VisibilityTimeout", "60"],
    ]);
    expect(next).toEqual({ Policy: "{}", DelaySeconds: "5", VisibilityTimeout: "60" });
  });

  it("lets one kind of encryption replace the other", () => {
    const key = parseSetAttributes({}, [["KmsMasterKeyId", "alias/aws/sqs"]]);
    expect(withDefaults(key)).toMatchObject({ SqsManagedSseEnabled: "false", KmsDataKeyReusePeriodSeconds: "300" });
    const managed = parseSetAttributes(key, [["SqsManagedSseEnabled", "true"]]);
    expect(withDefaults(managed).KmsMasterKeyId).toBeUndefined();
    expect(withDefaults(managed).SqsManagedSseEnabled).toBe("true");
  });
});

describe("creating a queue that exists", () => {
  it("differs in what was given and is not equal, not in what was left out", () => {
    const existing = { DelaySeconds: "5" };
    expect(differingAttribute(existing, {})).toBeUndefined();
    expect(differingAttribute(existing, { DelaySeconds: "5", VisibilityTimeout: "30" })).toBeUndefined();
    expect(differingAttribute(existing, { VisibilityTimeout: "30", DelaySeconds: "1" })).toBe("DelaySeconds");
    expect(queueNameExists("DelaySeconds").message).toBe(
      "A queue already exists with the same name and a different value for attribute DelaySeconds",
    );
  });
});

describe("GetQueueAttributes", () => {
  it("shows AWS's defaults of a standard queue", () => {
    expect(selectAttributes({ ...withDefaults({}), QueueArn: DLQ }, ["All"])).toEqual({
      VisibilityTimeout: "30",
      DelaySeconds: "0",
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "345600",
      ReceiveMessageWaitTimeSeconds: "0",
      SqsManagedSseEnabled: "true",
      QueueArn: DLQ,
    });
  });

  it("shows the FIFO attributes of a FIFO queue", () => {
    expect(withDefaults({ FifoQueue: "true" })).toMatchObject({
      FifoQueue: "true",
      ContentBasedDeduplication: "false",
      DeduplicationScope: "queue",
      FifoThroughputLimit: "perQueue",
    });
  });

  it("gives what was asked for and exists, and refuses unknown names", () => {
    expect(selectAttributes(withDefaults({}), ["DelaySeconds", "Policy"])).toEqual({ DelaySeconds: "0" });
    expect(selectAttributes(withDefaults({}), ["Policy"])).toBeUndefined();
    expect(thrownBy(() => selectAttributes({}, ["Nope"]))).toBe("InvalidAttributeName: Unknown Attribute Nope.");
  });
});

describe("queueFacts", () => {
  it("turns the texts into numbers and booleans", () => {
    const policy = `{"deadLetterTargetArn":"${DLQ}","maxReceiveCount":3}`;
    expect(queueFacts({ DelaySeconds: "7", RedrivePolicy: policy })).toEqual({
      fifo: false,
      maximumMessageSize: 1_048_576,
      delaySeconds: 7,
      visibilityTimeoutSeconds: 30,
      receiveMessageWaitTimeSeconds: 0,
      messageRetentionPeriodSeconds: 345_600,
      contentBasedDeduplication: false,
      deduplicationScope: "queue",
      redrivePolicy: { deadLetterTargetArn: DLQ, maxReceiveCount: 3 },
    });
  });
});
