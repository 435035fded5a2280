/** An AWS error before it becomes an exception object. */
export interface ErrorDescription {
  /** A modelled class of the service (`QueueDoesNotExist`) or an unmodelled code (`MissingParameter`). */
  readonly name: string;
  readonly message: string;
  readonly fault: "client" | "server";
  /** HTTP status for `$metadata`; by default the modelled one, else 400 for the client's faults and 500 for the server's. */
  readonly httpStatus?: number;
  /** Sets `$retryable`, which the SDK's retry strategies and consumers read. */
  readonly retryable?: boolean;
  /** What lies underneath; kept as the exception's `cause`. */
  readonly cause?: unknown;
}
