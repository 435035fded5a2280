import {
  AccessDeniedException,
  DryRunOperationException,
  ExpiredIteratorException,
  ExpiredNextTokenException,
  InternalFailureException,
  InvalidArgumentException,
  KinesisServiceException,
  KMSAccessDeniedException,
  KMSDisabledException,
  KMSInvalidStateException,
  KMSNotFoundException,
  KMSOptInRequired,
  KMSThrottlingException,
  LimitExceededException,
  ProvisionedThroughputExceededException,
  ResourceInUseException,
  ResourceNotFoundException,
  ValidationException,
} from "@aws-sdk/client-kinesis";
import type { ExceptionTable } from "@warrenmq/core/internal";

/** The exceptions of Amazon Kinesis. A unit test compares it with the SDK's schemas. */
export const kinesisExceptions: ExceptionTable = {
  base: KinesisServiceException,
  namespace: "com.amazonaws.kinesis",
  queryCompatible: false,
  accessDenied: "AccessDeniedException",
  modelled: {
    AccessDeniedException: modelled(AccessDeniedException),
    DryRunOperationException: modelled(DryRunOperationException),
    ExpiredIteratorException: modelled(ExpiredIteratorException),
    ExpiredNextTokenException: modelled(ExpiredNextTokenException),
    InternalFailureException: { ...modelled(InternalFailureException), httpStatus: 500 },
    InvalidArgumentException: modelled(InvalidArgumentException),
    KMSAccessDeniedException: modelled(KMSAccessDeniedException),
    KMSDisabledException: modelled(KMSDisabledException),
    KMSInvalidStateException: modelled(KMSInvalidStateException),
    KMSNotFoundException: modelled(KMSNotFoundException),
    KMSOptInRequired: modelled(KMSOptInRequired),
    KMSThrottlingException: modelled(KMSThrottlingException),
    LimitExceededException: modelled(LimitExceededException),
    ProvisionedThroughputExceededException: modelled(ProvisionedThroughputExceededException),
    ResourceInUseException: modelled(ResourceInUseException),
    ResourceNotFoundException: modelled(ResourceNotFoundException),
    ValidationException: modelled(ValidationException),
  },
  unmodelled: { SerializationException: { httpStatus: 400 } },
};

type Exception = ExceptionTable["modelled"][string];

/** The code of an error of a JSON service is its name. */
function modelled(exception: Exception["exception"]): Exception {
  return { exception, code: exception.name, httpStatus: 400 };
}
