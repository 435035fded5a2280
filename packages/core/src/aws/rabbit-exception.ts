import type { RabbitError, RabbitErrorCode } from "../amqp/rabbit-error.ts";
import type { ErrorDescription } from "./error-description.ts";

type Translation = Pick<ErrorDescription, "name" | "fault"> & { readonly httpStatus: number };

const UNAVAILABLE: Translation = { name: "ServiceUnavailable", fault: "server", httpStatus: 503 };
// AWS answers `AccessDenied` with 403 to a caller without permission; SQS does not model it, SNS and Kinesis have other names. Consumers
// (sqs-consumer) take 403 for "credentials or permissions" and back off.
const DENIED: Translation = { name: "AccessDenied", fault: "client", httpStatus: 403 };
const BROKEN: Translation = { name: "InternalFailure", fault: "server", httpStatus: 500 };

const TRANSLATIONS: Readonly<Record<RabbitErrorCode, Translation>> = {
  "connection-failed": UNAVAILABLE,
  "connection-lost": UNAVAILABLE,
  "connection-blocked": UNAVAILABLE,
  "confirm-timeout": UNAVAILABLE,
  "publish-nacked": UNAVAILABLE,
  "queue-unavailable": UNAVAILABLE,
  timeout: UNAVAILABLE,
  destroyed: UNAVAILABLE,
  // An operation that knows which object is missing throws AWS's own error instead (QueueDoesNotExist).
  unroutable: UNAVAILABLE,
  "not-found": UNAVAILABLE,
  "access-refused": DENIED,
  "vhost-not-found": DENIED,
  "precondition-failed": BROKEN,
  "too-large": BROKEN,
  unsupported: BROKEN,
  "broker-error": BROKEN,
  // The SDK v2's name for an endpoint that cannot be used; consumers still know it as a connection error.
  "invalid-address": { name: "UnknownEndpoint", fault: "client", httpStatus: 400 },
};

/** Says in AWS's terms what a {@link RabbitError} means to the caller. The one table of its kind. @param accessDenied the service's name for that */
export function describeRabbitError(error: RabbitError, accessDenied: string = DENIED.name): ErrorDescription {
  const translation = TRANSLATIONS[error.code];
  const name = translation === DENIED ? accessDenied : translation.name;
  return { ...translation, name, message: error.message, retryable: error.retryable, cause: error };
}
