import { OperationError } from "@warrenmq/core/internal";

/** `InvalidArgumentException`: a member that fits the API's model, with a value that Kinesis refuses. `message` is AWS's whole text. */
export function invalidArgument(message: string): OperationError {
  return new OperationError("InvalidArgumentException", message);
}

/** `ValidationException`: a member that does not fit the API's model, or an operation that the stream's mode does not have. */
export function validationError(message: string): OperationError {
  return new OperationError("ValidationException", message);
}

/** `ResourceNotFoundException`. */
export function notFound(message: string): OperationError {
  return new OperationError("ResourceNotFoundException", message);
}

/** `ResourceInUseException`: something of that name is there already, or is being changed. */
export function inUse(message: string): OperationError {
  return new OperationError("ResourceInUseException", message);
}

/** `LimitExceededException`. */
export function limitExceeded(message: string): OperationError {
  return new OperationError("LimitExceededException", message);
}

/** Kinesis' answer to the name of a stream that is not there. */
export function streamNotFound(name: string, accountId: string): OperationError {
  return notFound(`Stream ${name} under account ${accountId} not found.`);
}

/** Kinesis' answer to a shard that is not there, where a shard is to be read. */
export function shardDoesNotExist(shardId: string, streamName: string, accountId: string): OperationError {
  return notFound(`Shard ${shardId} in stream ${streamName} under account ${accountId} does not exist`);
}

/** Kinesis' answer to a shard that is not there, where a shard is to be changed. */
export function shardNotFound(shardId: string, streamName: string, accountId: string): OperationError {
  return notFound(`Could not find shard ${shardId} in stream ${streamName} under account ${accountId}.`);
}

/** What a call with `DryRun` is answered with when it would have succeeded. */
export function dryRun(): OperationError {
  return new OperationError(
    "DryRunOperationException",
    "Request would have succeeded, but the DryRun parameter was set.",
  );
}
