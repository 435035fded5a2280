import { RabbitError, type RabbitErrorCode } from "@warrenmq/core/internal";
import { ResponseCode, responseCodeText } from "../protocol/response-code.ts";

const BY_RESPONSE_CODE: Readonly<Record<number, RabbitErrorCode>> = {
  [ResponseCode.streamDoesNotExist]: "not-found",
  [ResponseCode.streamNotAvailable]: "queue-unavailable",
  [ResponseCode.streamAlreadyExists]: "precondition-failed",
  [ResponseCode.saslMechanismNotSupported]: "access-refused",
  [ResponseCode.authenticationFailure]: "access-refused",
  [ResponseCode.saslError]: "access-refused",
  [ResponseCode.authenticationFailureLoopback]: "access-refused",
  [ResponseCode.virtualHostAccessFailure]: "vhost-not-found",
  [ResponseCode.unknownFrame]: "unsupported",
  [ResponseCode.frameTooLarge]: "too-large",
  [ResponseCode.accessRefused]: "access-refused",
  [ResponseCode.preconditionFailed]: "precondition-failed",
  [ResponseCode.publisherDoesNotExist]: "connection-lost",
};

/** @param action what was asked for and on what: `create the stream "orders"` */
export function responseError(responseCode: number, action: string): RabbitError {
  const code = BY_RESPONSE_CODE[responseCode] ?? "broker-error";
  return new RabbitError(code, `RabbitMQ refused to ${action}: ${responseCodeText(responseCode)}`, {
    replyCode: responseCode,
  });
}
