import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSServiceException,
  TagQueueCommand,
  UntagQueueCommand,
} from "@warrenmq/client-sqs";
import type { MessageAttributeValue } from "@warrenmq/client-sqs";
import { uniqueName } from "@warrenmq/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { createTestQueue, deleteQueuesAfterAll, errorOf, queueNameOf, testClient } from "../support/sqs.ts";

// The rules of reference "SQS limits and the exact violation" and of the errors recorded from AWS, each through the client.

interface Rule {
  /** The exception's name. */
  readonly name: string;
  /** The query code, where it differs from the name. */
  readonly code?: string;
  /** @default 400 */
  readonly status?: number;
  readonly message: string;
  readonly call: (QueueUrl: string) => Promise<unknown>;
}

const MIB = 1_048_576;
const NS = "AWS.SimpleQueueService";
const sqs = testClient();
deleteQueuesAfterAll();

let QueueUrl: string;
let smallUrl: string;
beforeAll(async () => {
  QueueUrl = await createTestQueue(sqs, { prefix: "bad" });
  smallUrl = await createTestQueue(sqs, { prefix: "small", attributes: { MaximumMessageSize: "1024" } });
});

const entries = (count: number, MessageBody = "x") =>
  Array.from({ length: count }, (_, index) => ({ Id: `id_${index}`, MessageBody }));

/** SendMessage with one attribute. */
const withAttribute = (name: string, value: MessageAttributeValue): Rule["call"] => {
  return (url) =>
    sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x", MessageAttributes: { [name]: value } }));
};
const create = (QueueName: string | undefined, Attributes?: Record<string, string>): Rule["call"] => {
  return () => sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
};
const set = (Attributes: Record<string, string>): Rule["call"] => {
  return (url) => sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
};
const text = (StringValue: string): MessageAttributeValue => ({ DataType: "String", StringValue });

const NAME_TEXT = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
const GROUP_TEXT = "can only include alphanumeric and punctuation characters. 1 to 128 in length.";
const ENTRY_ID_TEXT =
  "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.";

const value = (message: string, call: Rule["call"]): Rule => ({ name: "InvalidParameterValue", message, call });
const missing = (parameter: string, call: Rule["call"]): Rule => ({
  name: "MissingParameter",
  message: `The request must contain the parameter ${parameter}.`,
  call,
});
const noQueue = (call: Rule["call"]): Rule => ({
  name: "QueueDoesNotExist",
  code: `${NS}.NonExistentQueue`,
  message: "The specified queue does not exist.",
  call,
});
const attributeValue = (attribute: string, call: Rule["call"]): Rule => ({
  name: "InvalidAttributeValue",
  message: `Invalid value for the parameter ${attribute}.`,
  call,
});
const attributeName = (message: string, call: Rule["call"]): Rule => ({ name: "InvalidAttributeName", message, call });

const NO_SUCH = "no-such-queue";
const UNKNOWN_QUEUE: Record<string, Rule> = {
  "SendMessage to an unknown queue": noQueue(() =>
    sqs.send(new SendMessageCommand({ QueueUrl: NO_SUCH, MessageBody: "x" })),
  ),
  "SendMessageBatch to an unknown queue": noQueue(() =>
    sqs.send(new SendMessageBatchCommand({ QueueUrl: NO_SUCH, Entries: entries(1) })),
  ),
  "ReceiveMessage from an unknown queue": noQueue(() => sqs.send(new ReceiveMessageCommand({ QueueUrl: NO_SUCH }))),
  "DeleteMessage on an unknown queue": noQueue(() =>
    sqs.send(new DeleteMessageCommand({ QueueUrl: NO_SUCH, ReceiptHandle: "x" })),
  ),
  "ChangeMessageVisibility on an unknown queue": noQueue(() =>
    sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: NO_SUCH, ReceiptHandle: "x", VisibilityTimeout: 1 })),
  ),
  "GetQueueUrl of an unknown queue": noQueue(() => sqs.send(new GetQueueUrlCommand({ QueueName: NO_SUCH }))),
  "GetQueueUrl of a name that no broker can have": noQueue(() =>
    sqs.send(new GetQueueUrlCommand({ QueueName: "ü".repeat(300) })),
  ),
  "GetQueueAttributes of an unknown queue": noQueue(() =>
    sqs.send(new GetQueueAttributesCommand({ QueueUrl: NO_SUCH, AttributeNames: ["All"] })),
  ),
  "SetQueueAttributes of an unknown queue": noQueue(() =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl: NO_SUCH, Attributes: { VisibilityTimeout: "1" } })),
  ),
  "PurgeQueue of an unknown queue": noQueue(() => sqs.send(new PurgeQueueCommand({ QueueUrl: NO_SUCH }))),
  "DeleteQueue of an unknown queue": noQueue(() => sqs.send(new DeleteQueueCommand({ QueueUrl: NO_SUCH }))),
  "TagQueue of an unknown queue": noQueue(() => sqs.send(new TagQueueCommand({ QueueUrl: NO_SUCH, Tags: { a: "b" } }))),
  "UntagQueue of an unknown queue": noQueue(() =>
    sqs.send(new UntagQueueCommand({ QueueUrl: NO_SUCH, TagKeys: ["a"] })),
  ),
  "ListQueueTags of an unknown queue": noQueue(() => sqs.send(new ListQueueTagsCommand({ QueueUrl: NO_SUCH }))),
  "no QueueUrl": missing("QueueUrl", () => sqs.send(new SendMessageCommand({ QueueUrl: undefined, MessageBody: "x" }))),
  "an empty QueueUrl": missing("QueueUrl", () => sqs.send(new ReceiveMessageCommand({ QueueUrl: "" }))),
  "a QueueUrl that is none": {
    name: "InvalidAddress",
    status: 404,
    message: "The address ftp://example.com/x y is not valid for this endpoint.",
    call: () => sqs.send(new SendMessageCommand({ QueueUrl: "ftp://example.com/x y", MessageBody: "x" })),
  },
};

const QUEUES: Record<string, Rule> = {
  "a queue name with a space": value(NAME_TEXT, create("a b")),
  "a queue name with a dot": value(NAME_TEXT, create("a.b")),
  "a queue name of 81 characters": value(NAME_TEXT, create("a".repeat(81))),
  "a .fifo name on a standard queue": value(NAME_TEXT, create("a.fifo")),
  "an empty queue name": value("Queue name cannot be empty", create("")),
  "no queue name": value(
    "Value for parameter QueueName is invalid. Reason: Must specify a queue name.",
    create(undefined),
  ),
  "FifoQueue=false": attributeName("Unknown Attribute FifoQueue.", create("a", { FifoQueue: "false" })),
  "ContentBasedDeduplication on a standard queue": attributeName(
    "Unknown Attribute ContentBasedDeduplication.",
    create("a", { ContentBasedDeduplication: "true" }),
  ),
  "DeduplicationScope on a standard queue": attributeName(
    "You can specify the DeduplicationScope only when FifoQueue is set to true.",
    create("a", { DeduplicationScope: "queue" }),
  ),
  "FifoThroughputLimit on a standard queue": attributeName(
    "You can specify the FifoThroughputLimit only when FifoQueue is set to true.",
    create("a", { FifoThroughputLimit: "perQueue" }),
  ),
  "an unknown attribute": attributeName("Unknown Attribute Colour.", create("a", { Colour: "red" })),
  "a read-only attribute": attributeName("Unknown Attribute QueueArn.", create("a", { QueueArn: "x" })),
  "both kinds of encryption": attributeName(
    "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    create("a", { KmsMasterKeyId: "k", SqsManagedSseEnabled: "true" }),
  ),
  "VisibilityTimeout 43201": attributeValue("VisibilityTimeout", create("a", { VisibilityTimeout: "43201" })),
  "VisibilityTimeout -1": attributeValue("VisibilityTimeout", create("a", { VisibilityTimeout: "-1" })),
  "VisibilityTimeout abc": attributeValue("VisibilityTimeout", create("a", { VisibilityTimeout: "abc" })),
  "DelaySeconds 901": attributeValue("DelaySeconds", create("a", { DelaySeconds: "901" })),
  "MaximumMessageSize 1023": attributeValue("MaximumMessageSize", create("a", { MaximumMessageSize: "1023" })),
  "MaximumMessageSize 1048577": attributeValue("MaximumMessageSize", create("a", { MaximumMessageSize: "1048577" })),
  "MessageRetentionPeriod 59": attributeValue("MessageRetentionPeriod", create("a", { MessageRetentionPeriod: "59" })),
  "ReceiveMessageWaitTimeSeconds 21": attributeValue(
    "ReceiveMessageWaitTimeSeconds",
    create("a", { ReceiveMessageWaitTimeSeconds: "21" }),
  ),
  "FifoQueue on SetQueueAttributes": attributeName("Unknown Attribute FifoQueue.", set({ FifoQueue: "true" })),
  "SetQueueAttributes with a bad value": attributeValue("VisibilityTimeout", set({ VisibilityTimeout: "x" })),
  "SetQueueAttributes with nothing": missing("Attribute.Name", set({})),
  "GetQueueAttributes with an unknown name": attributeName("Unknown Attribute Colour.", (url) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a caller without types can send
    sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["Colour" as "All"] })),
  ),
  "ListQueues with MaxResults 1001": value(
    "Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 1000.",
    () => sqs.send(new ListQueuesCommand({ MaxResults: 1001 })),
  ),
  "51 tags": value("Too many tags added for queue QUEUE.", (url) =>
    sqs.send(
      new TagQueueCommand({
        QueueUrl: url,
        Tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key${index}`, ""])),
      }),
    ),
  ),
};

const MESSAGES: Record<string, Rule> = {
  "no body": missing("MessageBody", (url) =>
    sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: undefined })),
  ),
  "an empty body": missing("MessageBody", (url) =>
    sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "" })),
  ),
  ...Object.fromEntries(
    ["\u0000", "\u0008", "\u000B", "\u001F", "\uFFFE", "\uFFFF", "\uD800"].map((character): [string, Rule] => [
      `a body with U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
      {
        name: "InvalidMessageContents",
        message:
          "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
        call: (url) => sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: `a${character}` })),
      },
    ]),
  ),
  "a body of 1 MiB + 1": value(
    "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    (url) => sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x".repeat(MIB + 1) })),
  ),
  "a body of 1 MiB with an attribute": value(
    "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    (url) =>
      sqs.send(
        new SendMessageCommand({ QueueUrl: url, MessageBody: "x".repeat(MIB), MessageAttributes: { a: text("b") } }),
      ),
  ),
  "a body over the queue's MaximumMessageSize": value(
    "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
    () => sqs.send(new SendMessageCommand({ QueueUrl: smallUrl, MessageBody: "é".repeat(513) })),
  ),
  "DelaySeconds 901": value(
    "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
    (url) => sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x", DelaySeconds: 901 })),
  ),
  ...Object.fromEntries(
    ["", "group 123", "a".repeat(129), "grüppe"].map((id): [string, Rule] => [
      `MessageGroupId "${id.slice(0, 12)}"`,
      value(`Value ${id} for parameter MessageGroupId is invalid. Reason: MessageGroupId ${GROUP_TEXT}`, (url) =>
        sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x", MessageGroupId: id })),
      ),
    ]),
  ),
  "MessageDeduplicationId on a standard queue": value(
    "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.",
    (url) => sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x", MessageDeduplicationId: "d" })),
  ),
  "an attribute with an empty value": value(
    "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
    withAttribute("ErrorDetails", text("")),
  ),
  "a Binary attribute without a value": value(
    "Message (user) attribute 'b' must contain a non-empty value of type 'Binary'.",
    withAttribute("b", { DataType: "Binary", StringValue: "text" }),
  ),
  "an attribute of an unknown type": value(
    "The type of message (user) attribute 'a' is invalid. You must use only the following supported type prefixes: Binary, Number, String.",
    withAttribute("a", { DataType: "string", StringValue: "x" }),
  ),
  "a Number that is none": value(
    "Can't cast the value of message (user) attribute 'n' to a number.",
    withAttribute("n", { DataType: "Number", StringValue: "twelve" }),
  ),
  "a reserved attribute name": value(
    "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.",
    withAttribute("AWS.x", text("x")),
  ),
  "11 attributes": value("Number of message attributes [11] exceeds the allowed maximum [10].", (url) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: "x",
        MessageAttributes: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, text("x")])),
      }),
    ),
  ),
  "MaxNumberOfMessages 11": value(
    "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    (url) => sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 11 })),
  ),
  "MaxNumberOfMessages 0": value(
    "Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    (url) => sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 0 })),
  ),
  "WaitTimeSeconds 21": value(
    "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
    (url) => sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 21 })),
  ),
  "WaitTimeSeconds -1": value(
    "Value -1 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
    (url) => sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: -1 })),
  ),
  "no receipt handle": missing("ReceiptHandle", (url) =>
    sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: undefined })),
  ),
  "a garbage receipt handle": {
    name: "ReceiptHandleIsInvalid",
    status: 404,
    message: 'The input receipt handle "garbage" is not a valid receipt handle.',
    call: (url) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: "garbage", VisibilityTimeout: 1 })),
  },
  "no visibility timeout": missing("VisibilityTimeout", (url) =>
    sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: "x", VisibilityTimeout: undefined })),
  ),
};

const BATCHES: Record<string, Rule> = {
  "11 entries": {
    name: "TooManyEntriesInBatchRequest",
    code: `${NS}.TooManyEntriesInBatchRequest`,
    message: "Maximum number of entries per request are 10. You have sent 11.",
    call: (url) => sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries(11) })),
  },
  ...Object.fromEntries(
    (
      [
        [
          "SendMessageBatchRequestEntry",
          (url) => sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [] })),
        ],
        [
          "DeleteMessageBatchRequestEntry",
          (url) => sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [] })),
        ],
        [
          "ChangeMessageVisibilityBatchRequestEntry",
          (url) => sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries: [] })),
        ],
      ] satisfies [string, Rule["call"]][]
    ).map(([type, call]): [string, Rule] => [
      `no ${type}`,
      {
        name: "EmptyBatchRequest",
        code: `${NS}.EmptyBatchRequest`,
        message: `There should be at least one ${type} in the request.`,
        call,
      },
    ]),
  ),
  "an Id twice": {
    name: "BatchEntryIdsNotDistinct",
    code: `${NS}.BatchEntryIdsNotDistinct`,
    message: "Id id_1 repeated.",
    call: (url) =>
      sqs.send(
        new SendMessageBatchCommand({ QueueUrl: url, Entries: [...entries(3), { Id: "id_1", MessageBody: "x" }] }),
      ),
  },
  ...Object.fromEntries(
    ["", "a b", "ü", "a".repeat(81)].map((Id): [string, Rule] => [
      `entry Id "${Id.slice(0, 12)}"`,
      {
        name: "InvalidBatchEntryId",
        code: `${NS}.InvalidBatchEntryId`,
        message: ENTRY_ID_TEXT,
        call: (url) => sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id, MessageBody: "x" }] })),
      },
    ]),
  ),
  "a batch of 1 MiB + 1": {
    name: "BatchRequestTooLong",
    code: `${NS}.BatchRequestTooLong`,
    message: "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    call: (url) =>
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: url,
          Entries: [...entries(2, "x".repeat(MIB / 2)), { Id: "last", MessageBody: "x" }],
        }),
      ),
  },
  "an entry without a body": missing("MessageBody", (url) =>
    sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: "a", MessageBody: "" }] })),
  ),
};

for (const [group, rules] of Object.entries({ UNKNOWN_QUEUE, QUEUES, MESSAGES, BATCHES })) {
  describe(`AWS's error (${group.toLowerCase().replace("_", " ")})`, () => {
    test.each(Object.entries(rules))("for %s", async (_rule, { name, code = name, status = 400, message, call }) => {
      const error = await errorOf(call(QueueUrl));
      expect(error).toBeInstanceOf(SQSServiceException);
      expect({
        name: error.name,
        Code: Reflect.get(error, "Code"),
        $fault: error.$fault,
        status: error.$metadata.httpStatusCode,
        message: error.message,
      }).toEqual({
        name,
        Code: code,
        $fault: "client",
        status,
        message: message.replace("QUEUE", queueNameOf(QueueUrl)),
      });
      expect(error.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect(error.$retryable).toBeUndefined();
    });
  });
}

test("an entry over the queue's MaximumMessageSize fails alone", async () => {
  const { Successful, Failed } = await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: smallUrl,
      Entries: [
        { Id: "small", MessageBody: "x".repeat(1024) },
        { Id: "large", MessageBody: "x".repeat(1025) },
      ],
    }),
  );
  expect(Successful?.map(({ Id }) => Id)).toEqual(["small"]);
  expect(Failed).toEqual([
    {
      Id: "large",
      SenderFault: true,
      Code: "InvalidParameterValue",
      Message: "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
    },
  ]);
});

test("none of the refused calls created or stored anything", async () => {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "a" }));
  expect(QueueUrls.map(queueNameOf).filter((name) => name === "a" || name.startsWith("aaaa"))).toEqual([]);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: "0" });
});

test("a wrong broker address is an error of the first call that says what to do, without the password", async () => {
  for (const url of ["http://user:secret@example.com", "amqp://", "not a url secret", ""]) {
    const client = testClient({ url });
    const error = await errorOf(client.send(new GetQueueUrlCommand({ QueueName: uniqueName("x") })));
    expect(error).toMatchObject({ name: "UnknownEndpoint", $fault: "client" });
    expect(error.message).toContain("RABBITMQ_URL");
    expect(JSON.stringify(error)).not.toContain("secret");
  }
});
