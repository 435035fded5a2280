/**
 * Bytes that are not what the stream protocol allows: truncated, oversized or contradictory. The connection that they came
 * from cannot be trusted any more; its user sees a `RabbitError` with this one as the cause.
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}
