import { RabbitError } from "../amqp/rabbit-error.ts";
import { callMetadata } from "./call-metadata.ts";
import type { CallMetadata } from "./call-metadata.ts";
import type { ErrorDescription } from "./error-description.ts";
import type { ExceptionTable, ServiceExceptionLike } from "./exception-table.ts";
import { OperationError } from "./operation-error.ts";
import { describeRabbitError } from "./rabbit-exception.ts";

/**
 * Turns whatever a call failed with into what the AWS SDK would throw: an instance of the service's own exception class
 * when it has one of that name, else of its base class with that `name`, with the keys that the SDK leaves on errors
 * (recorded by `service-exception.test.ts` of client-sqs against the real SDK).
 *
 * Differs from AWS: `cause` holds the broker's error or the bug underneath, and errors that no AWS service has answered
 * say what to do about the broker.
 */
export function toServiceException(
  error: unknown,
  exceptions: ExceptionTable,
  requestId: string,
  operationName: string,
): Error {
  if (isServiceException(error)) return error;
  return buildServiceException(describe(error, operationName, exceptions), exceptions, requestId);
}

function isServiceException(error: unknown): error is Error {
  return error instanceof Error && "$fault" in error && "$metadata" in error;
}

function describe(error: unknown, operationName: string, { accessDenied }: ExceptionTable): ErrorDescription {
  if (error instanceof OperationError) return { name: error.name, message: error.message, fault: error.fault };
  if (error instanceof RabbitError) return describeRabbitError(error, accessDenied);
  const reason = error instanceof Error ? error.message : String(error);
  return { name: "InternalFailure", message: `${operationName} failed: ${reason}`, fault: "server", cause: error };
}

/** Builds the exception object itself. Key by key what `@aws-sdk/core` makes of an HTTP error reply. */
export function buildServiceException(
  description: ErrorDescription,
  exceptions: ExceptionTable,
  requestId: string,
): Error {
  const modelled = exceptions.modelled[description.name];
  const httpStatus =
    description.httpStatus ?? modelled?.httpStatus ?? exceptions.unmodelled[description.name]?.httpStatus;
  const $metadata = callMetadata(httpStatus ?? (description.fault === "client" ? 400 : 500), requestId);
  const { name, fault, message } = description;
  const Exception = modelled === undefined ? exceptions.base : modelled.exception;
  const exception = new Exception({ name, $fault: fault, message, $metadata: {} });
  Object.assign(exception, { $metadata });
  // The constructor leaves `message` non-enumerable; the SDK assigns it, and so loggers that copy own keys see it.
  Object.defineProperty(exception, "message", enumerable(message));
  Object.defineProperty(exception, "$retryable", enumerable(description.retryable === true ? {} : undefined));
  if (exceptions.queryCompatible) addQueryMembers(exception, description, exceptions, requestId);
  if (exceptions.xmlNamespace !== undefined) addXmlMembers(exception, description, exceptions, requestId);
  Object.defineProperty(exception, "$response", readOnly(responseOf($metadata)));
  if (description.cause !== undefined) Object.defineProperty(exception, "cause", hidden(description.cause));
  return exception;
}

/** The members that v3 adds for a service with the `awsQueryCompatible` trait. */
function addQueryMembers(
  exception: ServiceExceptionLike,
  { name, message, fault }: ErrorDescription,
  exceptions: ExceptionTable,
  requestId: string,
): void {
  const code = exceptions.modelled[name]?.code ?? name;
  const type = fault === "client" ? "Sender" : "Receiver";
  const shape = exceptions.unmodelled[name]?.shape ?? name;
  Object.assign(exception, {
    Error: { Code: code, Type: type, Message: message },
    Type: type,
    Code: code,
    __type: `${exceptions.namespace}#${shape}`,
    RequestId: requestId,
  });
}

/** The members that v3 takes from an XML error: of one that is modelled also those around it. */
function addXmlMembers(
  exception: ServiceExceptionLike,
  { name, message, fault }: ErrorDescription,
  { modelled, xmlNamespace }: ExceptionTable,
  requestId: string,
): void {
  const known = modelled[name];
  const Code = known?.code ?? name;
  const Type = fault === "client" ? "Sender" : "Receiver";
  Object.assign(exception, { Type, Code, Error: { Type, Code, Message: message } });
  if (known !== undefined) Object.assign(exception, { RequestId: requestId, xmlns: xmlNamespace });
}

function responseOf({ httpStatusCode, requestId }: CallMetadata): object {
  return { statusCode: httpStatusCode, headers: { "x-amzn-requestid": requestId } };
}

function enumerable(value: unknown): PropertyDescriptor {
  return { value, writable: true, enumerable: true, configurable: true };
}

function readOnly(value: unknown): PropertyDescriptor {
  return { value, writable: false, enumerable: false, configurable: false };
}

function hidden(value: unknown): PropertyDescriptor {
  return { value, writable: true, enumerable: false, configurable: true };
}
