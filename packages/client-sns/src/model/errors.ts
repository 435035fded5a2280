import { OperationError } from "@warrenmq/core/internal";

/** `InvalidParameter`: `text` stands behind AWS's "Invalid parameter: ". */
export function invalidParameter(text: string): OperationError {
  return new OperationError("InvalidParameterException", `Invalid parameter: ${text}`);
}

/** `ParameterValueInvalid`, with which SNS answers to message attributes that it does not take. */
export function invalidAttribute(message: string): OperationError {
  return new OperationError("InvalidParameterValueException", message);
}

/** `ValidationError`: a required member is absent. `path` is AWS's name for it. */
export function missingMember(path: string): OperationError {
  return new OperationError(
    "ValidationError",
    `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  );
}

/** AWS's answer to a topic that is not there. */
export function topicNotFound(): OperationError {
  return new OperationError("NotFoundException", "Topic does not exist");
}

/** AWS's answer to a subscription that is not there. */
export function subscriptionNotFound(): OperationError {
  return new OperationError("NotFoundException", "Subscription does not exist");
}

/** What RabbitMQ cannot do, as the seam says it of a whole operation. `instead` says what can be used. */
export function unsupported(what: string, instead: string): OperationError {
  return new OperationError(
    "UnsupportedOperation",
    `${what} is not supported on RabbitMQ. ${instead} The support table is docs/support/sns.md in the WarrenMQ repository.`,
  );
}
