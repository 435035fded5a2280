import { describe, expect, it } from "vitest";
import { parseCreateAttributes } from "./queue-attributes.ts";
import { thrownBy } from "./thrown-by.test.helper.ts";

const DLQ = "arn:aws:sqs:eu-central-1:123456789012:dead";

describe("RedrivePolicy", () => {
  it.each([
    [
      " ",
      "InvalidAttributeValue: Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.",
    ],
    [
      "4",
      "InvalidAttributeValue: Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.",
    ],
    [
      "{}",
      "InvalidParameterValue: Value {} for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain mandatory attribute: maxReceiveCount.",
    ],
    [
      '{"maxReceiveCount":5}',
      'InvalidParameterValue: Value {"maxReceiveCount":5} for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain mandatory attribute: deadLetterTargetArn.',
    ],
    [
      `{"deadLetterTargetArn":"${DLQ}","maxReceiveCount":0}`,
      `InvalidParameterValue: Value {"deadLetterTargetArn":"${DLQ}","maxReceiveCount":0} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.`,
    ],
    [
      `{"deadLetterTargetArn":"${DLQ}","maxReceiveCount":1.5}`,
      `InvalidParameterValue: Value {"deadLetterTargetArn":"${DLQ}","maxReceiveCount":1.5} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: 1.5, valid values are from 1 to 1000 both inclusive.`,
    ],
    [
      '{"deadLetterTargetArn":"arn:aws:sns:us-east-1:1:t","maxReceiveCount":5}',
      'InvalidParameterValue: Value {"deadLetterTargetArn":"arn:aws:sns:us-east-1:1:t","maxReceiveCount":5} for parameter RedrivePolicy is invalid. Reason: Only SQS queues are valid resources for deadLetterTargetArn.',
    ],
    [
      `{"deadLetterTargetArn":"${DLQ}.fifo","maxReceiveCount":5}`,
      `InvalidParameterValue: Value {"deadLetterTargetArn":"${DLQ}.fifo","maxReceiveCount":5} for parameter RedrivePolicy is invalid. Reason: Dead-letter queue must be same type of queue as the source..`,
    ],
    [
      `{"deadLetterTargetArn":"${DLQ}","maxReceiveCount":5,"x":1}`,
      `InvalidParameterValue: Value {"deadLetterTargetArn":"${DLQ}","maxReceiveCount":5,"x":1} for parameter RedrivePolicy is invalid. Reason: Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].`,
    ],
  ])("%s is refused", (text, expected) => {
    expect(thrownBy(() => parseCreateAttributes("orders", [["RedrivePolicy", text]]))).toBe(expected);
  });
});

function refused(text: string, reason: string): string {
  return `InvalidParameterValue: Value ${text} for parameter RedriveAllowPolicy is invalid. Reason: Amazon SQS can't create the redrive allow policy. ${reason}`;
}

describe("RedriveAllowPolicy", () => {
  const unsupported =
    "InvalidAttributeValue: Invalid value for the parameter RedriveAllowPolicy. Reason: Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.";
  const eleven = JSON.stringify({
    redrivePermission: "byQueue",
    sourceQueueArns: Array.from({ length: 11 }, () => DLQ),
  });

  it.each([
    ["bad", unsupported],
    ["[]", unsupported],
    ["{}", unsupported],
    ['{"redrivePermission":"some"}', unsupported],
    ['{"redrivePermission":"allowAll","other":1}', unsupported],
    ['{"redrivePermission":"byQueue","sourceQueueArns":"arn"}', unsupported],
    [
      '{"redrivePermission":"byQueue"}',
      refused(
        '{"redrivePermission":"byQueue"}',
        "When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.",
      ),
    ],
    [
      '{"redrivePermission":"denyAll","sourceQueueArns":["a"]}',
      refused(
        '{"redrivePermission":"denyAll","sourceQueueArns":["a"]}',
        "To specify one or more source queue ARNs, you must set redrivePermission to byQueue.",
      ),
    ],
    [eleven, refused(eleven, "The maximum number of source queue ARNs you can specify is 10.")],
  ])("%s is refused", (text, expected) => {
    expect(thrownBy(() => parseCreateAttributes("orders", [["RedriveAllowPolicy", text]]))).toBe(expected);
  });
});
