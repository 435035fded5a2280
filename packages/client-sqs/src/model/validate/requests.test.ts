import { describe, expect, it } from "vitest";
import { thrownBy } from "../thrown-by.test.helper.ts";
import { validateAddPermission } from "./add-permission.ts";
import { validateCancelMessageMoveTask } from "./cancel-message-move-task.ts";
import { validateChangeMessageVisibility } from "./change-message-visibility.ts";
import { validateCreateQueue } from "./create-queue.ts";
import { validateDeleteMessage } from "./delete-message.ts";
import { validateGetQueueAttributes } from "./get-queue-attributes.ts";
import { validateGetQueueUrl } from "./get-queue-url.ts";
import { validateListMessageMoveTasks } from "./list-message-move-tasks.ts";
import { validateListQueues } from "./list-queues.ts";
import { validateReceiveMessage, type ReceiveMessageParameters } from "./receive-message.ts";
import { validateRemovePermission } from "./remove-permission.ts";
import { requireQueueUrl } from "./required.ts";
import { validateSetQueueAttributes } from "./set-queue-attributes.ts";
import { validateStartMessageMoveTask } from "./start-message-move-task.ts";
import { validateTagQueue } from "./tag-queue.ts";
import { validateUntagQueue } from "./untag-queue.ts";

const STANDARD = { fifo: false, visibilityTimeoutSeconds: 30, receiveMessageWaitTimeSeconds: 5 };
const ARN = "arn:aws:sqs:eu-central-1:123456789012:dead";
const receive = (input: ReceiveMessageParameters, queue = STANDARD) => validateReceiveMessage(input, queue);
const grant = { Label: "l", Actions: ["SendMessage"], AWSAccountIds: ["123456789012"] };
const tags = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));

describe("a request is refused", () => {
  it.each([
    [() => requireQueueUrl({}), "MissingParameter: The request must contain the parameter QueueUrl."],
    [() => requireQueueUrl({ QueueUrl: "" }), "MissingParameter: The request must contain the parameter QueueUrl."],
    [() => requireQueueUrl({ QueueUrl: 5 }), "SerializationException: NUMBER_VALUE can not be converted to a String"],
    [
      () => validateCreateQueue({}),
      "InvalidParameterValue: Value for parameter QueueName is invalid. Reason: Must specify a queue name.",
    ],
    [() => validateCreateQueue({ QueueName: "" }), "InvalidParameterValue: Queue name cannot be empty"],
    [
      () => validateGetQueueUrl({ QueueName: "" }),
      "InvalidParameterValue: Value for parameter QueueName is invalid. Reason: Must specify a queue name.",
    ],
    [
      () => receive({ MaxNumberOfMessages: 11 }),
      "InvalidParameterValue: Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    ],
    [
      () => receive({ MaxNumberOfMessages: 0 }),
      "InvalidParameterValue: Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    ],
    [
      () => receive({ WaitTimeSeconds: 21 }),
      "InvalidParameterValue: Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
    ],
    [
      () => receive({ WaitTimeSeconds: -1 }),
      "InvalidParameterValue: Value -1 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
    ],
    [
      () => receive({ VisibilityTimeout: 43_201 }),
      "InvalidParameterValue: Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.",
    ],
    [() => receive({ MessageSystemAttributeNames: ["Nope"] }), "InvalidAttributeName: Unknown Attribute Nope."],
    [() => receive({ AttributeNames: ["Nope"] }), "InvalidAttributeName: Unknown Attribute Nope."],
    [
      () => receive({ ReceiveRequestAttemptId: "a" }),
      "InvalidParameterValue: Value a for parameter ReceiveRequestAttemptId is invalid. Reason: The request include parameter that is not valid for this queue type.",
    ],
    [
      () => receive({ ReceiveRequestAttemptId: "a b" }, { ...STANDARD, fifo: true }),
      "InvalidParameterValue: Value a b for parameter ReceiveRequestAttemptId is invalid. Reason: ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
    ],
    [
      () => receive({ MaxNumberOfMessages: "10" }),
      "SerializationException: STRING_VALUE can not be converted to an Integer",
    ],
    [() => receive({ MessageAttributeNames: "All" }), "SerializationException: Expected list or null"],
    [() => validateDeleteMessage({}), "MissingParameter: The request must contain the parameter ReceiptHandle."],
    [
      () => validateChangeMessageVisibility({ ReceiptHandle: "r", VisibilityTimeout: 43_201 }),
      "InvalidParameterValue: Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200.",
    ],
    [
      () => validateChangeMessageVisibility({ ReceiptHandle: "r" }),
      "MissingParameter: The request must contain the parameter VisibilityTimeout.",
    ],
    [() => validateGetQueueAttributes({ AttributeNames: ["Nope"] }), "InvalidAttributeName: Unknown Attribute Nope."],
    [
      () => validateSetQueueAttributes({ Attributes: {} }, {}),
      "MissingParameter: The request must contain the parameter Attribute.Name.",
    ],
    [
      () => validateSetQueueAttributes({ Attributes: { DelaySeconds: 5 } }, {}),
      "SerializationException: NUMBER_VALUE can not be converted to a String",
    ],
    [
      () => validateListQueues({ MaxResults: 1001 }),
      "InvalidParameterValue: Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 1000.",
    ],
    [() => validateTagQueue({}, "q", {}), "MissingParameter: The request must contain the parameter Tags."],
    [() => validateTagQueue({ Tags: tags(51) }, "q", {}), "InvalidParameterValue: Too many tags added for queue q."],
    [
      () => validateTagQueue({ Tags: { extra: "v" } }, "q", tags(50)),
      "InvalidParameterValue: Too many tags added for queue q.",
    ],
    [
      () => validateTagQueue({ Tags: { ["k".repeat(129)]: "v" } }, "q", {}),
      "InvalidParameterValue: Tag keys must be between 1 and 128 characters in length.",
    ],
    [
      () => validateTagQueue({ Tags: { k: "v".repeat(257) } }, "q", {}),
      "InvalidParameterValue: Tag values must be between 0 and 256 characters in length.",
    ],
    [
      () => validateUntagQueue({ TagKeys: [] }, {}),
      "InvalidParameterValue: Tag keys must be between 1 and 128 characters in length.",
    ],
    [
      () => validateAddPermission({ ...grant, Actions: Array.from({ length: 8 }, () => "SendMessage") }),
      "OverLimit: 8 Actions were found, maximum allowed is 7.",
    ],
    [
      () => validateAddPermission({ ...grant, Actions: ["DeleteQueue"] }),
      "InvalidParameterValue: Value SQS:DeleteQueue for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.",
    ],
    [
      () => validateAddPermission({ ...grant, AWSAccountIds: ["me"] }),
      "InvalidParameterValue: Value [me] for parameter PrincipalId is invalid. Reason: Unable to verify.",
    ],
    [() => validateRemovePermission({}), "MissingParameter: The request must contain the parameter Label."],
    [() => validateStartMessageMoveTask({}), "MissingParameter: The request must contain the parameter SourceArn."],
    [
      () => validateStartMessageMoveTask({ SourceArn: "" }),
      "InvalidParameterValue: You must use this format to specify the SourceArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
    ],
    [
      () => validateStartMessageMoveTask({ SourceArn: ARN, DestinationArn: "x" }),
      "InvalidParameterValue: You must use this format to specify the DestinationArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
    ],
    [
      () => validateStartMessageMoveTask({ SourceArn: ARN, DestinationArn: ARN }),
      "InvalidParameterValue: Source queue arn and destination queue arn cannot be the same.",
    ],
    [
      () => validateStartMessageMoveTask({ SourceArn: ARN, MaxNumberOfMessagesPerSecond: 501 }),
      "InvalidParameterValue: Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must enter a number that's between 1 and 500.",
    ],
    [
      () => validateListMessageMoveTasks({ SourceArn: ARN, MaxResults: 11 }),
      "InvalidParameterValue: Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 10.",
    ],
    [() => validateCancelMessageMoveTask({}), "MissingParameter: The request must contain the parameter TaskHandle."],
  ])("%s: %s", (call, expected) => {
    expect(thrownBy(call)).toBe(expected);
  });
});

describe("ReceiveMessage", () => {
  it("takes what is not given from the queue", () => {
    expect(receive({})).toEqual({
      maxNumberOfMessages: 1,
      visibilityTimeoutSeconds: 30,
      waitTimeSeconds: 5,
      systemAttributeNames: new Set(),
      messageAttributeNames: [],
      receiveRequestAttemptId: undefined,
    });
    expect(receive({ VisibilityTimeout: 0, WaitTimeSeconds: 0 })).toMatchObject({
      visibilityTimeoutSeconds: 0,
      waitTimeSeconds: 0,
    });
  });

  it("joins the two lists of system attribute names and resolves All", () => {
    const both = receive({ AttributeNames: ["SenderId"], MessageSystemAttributeNames: ["SentTimestamp"] });
    expect(both.systemAttributeNames).toEqual(new Set(["SenderId", "SentTimestamp"]));
    expect(receive({ AttributeNames: ["All"] }).systemAttributeNames.size).toBe(9);
  });

  it("passes over names of queue attributes, which the SDK's types allow", () => {
    expect(receive({ AttributeNames: ["VisibilityTimeout", "SenderId"] }).systemAttributeNames).toEqual(
      new Set(["SenderId"]),
    );
  });
});

describe("accepted requests", () => {
  it("give what the operation needs", () => {
    expect(validateCreateQueue({ QueueName: "q.fifo", Attributes: { FifoQueue: "True" }, tags: { a: "b" } })).toEqual({
      queueName: "q.fifo",
      fifo: true,
      attributes: { FifoQueue: "true" },
      tags: { a: "b" },
    });
    expect(validateListQueues({ QueueNamePrefix: "a", NextToken: "" })).toEqual({
      prefix: "a",
      maxResults: undefined,
      nextToken: undefined,
    });
    expect(validateUntagQueue({ TagKeys: ["a", "z"] }, { a: "1", b: "2" })).toEqual({ b: "2" });
    expect(validateTagQueue({ Tags: { a: "2" } }, "q", { a: "1", b: "2" })).toEqual({ a: "2", b: "2" });
    expect(validateListMessageMoveTasks({ SourceArn: ARN }).maxResults).toBe(1);
    expect(validateAddPermission(grant)).toEqual({
      label: "l",
      accountIds: ["123456789012"],
      actions: ["SendMessage"],
    });
  });
});
