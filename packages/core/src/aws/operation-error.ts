/**
 * What an operation, or the pure model under it, throws when AWS would answer with an error. It names the error as the
 * SDK does (`QueueDoesNotExist`, `InvalidParameterValue`); the seam turns it into the SDK's own exception class.
 */
export class OperationError extends Error {
  /** The exception's name in the SDK: a modelled class (`QueueDoesNotExist`) or an unmodelled code (`MissingParameter`). */
  override readonly name: string;
  /** `client`: the caller can mend it; `server`: the broker side failed. */
  readonly fault: "client" | "server";

  constructor(name: string, message: string, fault: "client" | "server" = "client") {
    super(message);
    this.name = name;
    this.fault = fault;
  }
}
