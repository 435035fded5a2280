import { RabbitError } from "@warrenmq/core/internal";
import { responseCodeText } from "../protocol/response-code.ts";

/** A message that the broker would not store. */
export interface RefusedMessage {
  /** Its place in the call of `publish`. */
  readonly index: number;
  readonly publishingId: number;
  /** Why: a code of the stream protocol. */
  readonly responseCode: number;
}

/** The broker stored some or all messages of a call not. Those that are not listed are stored. */
export class PublishRefusedError extends RabbitError {
  readonly refused: readonly RefusedMessage[];

  constructor(refused: readonly RefusedMessage[], messageCount: number) {
    const reasons = [...new Set(refused.map(({ responseCode }) => responseCodeText(responseCode)))].join(", ");
    super("publish-nacked", `RabbitMQ refused ${refused.length} of ${messageCount} messages: ${reasons}.`);
    this.refused = refused;
  }
}
