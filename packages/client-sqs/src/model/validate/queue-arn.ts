import { invalidParameterValue } from "@warrenmq/core/queues";

const ARN = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/;

/** Checks the form of a SourceArn or DestinationArn. Whether it is that of a queue is seen when it is looked up. */
export function validateArn(parameter: "SourceArn" | "DestinationArn", arn: string): string {
  if (ARN.test(arn)) return arn;
  throw invalidParameterValue(
    `You must use this format to specify the ${parameter}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
  );
}
