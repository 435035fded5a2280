/** What every exception of an AWS SDK client has. */
export interface ServiceExceptionLike extends Error {
  readonly $fault: "client" | "server";
  readonly $metadata: object;
}

/** An exception class of an AWS SDK client, or its base class. */
export type ServiceExceptionConstructor = new (options: {
  name: string;
  $fault: "client" | "server";
  message: string;
  $metadata: Record<string, never>;
}) => ServiceExceptionLike;

/** An error that the service's model names. */
export interface ModelledException {
  readonly exception: ServiceExceptionConstructor;
  /** The query code (`awsQueryError` trait), which is `err.Code`; often not the class's name. */
  readonly code: string;
  readonly httpStatus: number;
}

/** An error that the service answers with although its model does not name it. */
export interface UnmodelledException {
  readonly httpStatus: number;
  /** The shape's name on the wire, where it differs from the code. */
  readonly shape?: string;
}

/** A service's exceptions, by the `name` which an operation throws. */
export interface ExceptionTable {
  /** The class for names that are not modelled (`SQSServiceException`). */
  readonly base: ServiceExceptionConstructor;
  /** The Smithy namespace, which prefixes `__type` (`com.amazonaws.sqs`). */
  readonly namespace: string;
  /** Whether errors carry `Code`, `Type`, `Error`, `__type` and `RequestId` as those of SQS do. */
  readonly queryCompatible: boolean;
  /** The XML namespace of a service that speaks the query protocol itself (SNS); its errors carry what the XML says. */
  readonly xmlNamespace?: string;
  /**
   * What the service answers to a caller without permission.
   * @default "AccessDenied"
   */
  readonly accessDenied?: string;
  readonly modelled: Readonly<Record<string, ModelledException>>;
  readonly unmodelled: Readonly<Record<string, UnmodelledException>>;
}
