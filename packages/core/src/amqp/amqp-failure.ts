import { RabbitError, type RabbitErrorCode } from "./rabbit-error.ts";

const BY_REPLY_CODE: Readonly<Record<number, RabbitErrorCode>> = {
  320: "connection-lost",
  403: "access-refused",
  404: "not-found",
  406: "precondition-failed",
  501: "connection-lost",
  541: "connection-lost",
};

/**
 * Turns whatever amqplib throws or emits into a {@link RabbitError}: by AMQP reply code where there is one, else the
 * channel or connection went away.
 * @param action what was being done and on what, for the message: `declare queue "orders"`
 */
export function toRabbitError(error: unknown, action: string): RabbitError {
  if (error instanceof RabbitError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const replyCode = replyCodeOf(error);
  if (replyCode === undefined) {
    return new RabbitError("connection-lost", `Lost the connection to RabbitMQ: ${action} (${reason})`, {
      cause: error,
    });
  }
  const code = isUnavailable(reason) ? "queue-unavailable" : (BY_REPLY_CODE[replyCode] ?? "broker-error");
  const advice = code === "access-refused" ? ". Grant the user this permission (rabbitmqctl set_permissions)." : "";
  return new RabbitError(code, `RabbitMQ refused to ${action}: ${reason}${advice}`, { cause: error, replyCode });
}

/**
 * RabbitMQ answers 404 as well when it knows the queue but cannot reach its node, in the moments after a restart say; and
 * 406 when the replica of a stream on the node that we are connected to has not come up yet, or has just been declared by
 * somebody else (3.10).
 */
function isUnavailable(reason: string): boolean {
  return reason.includes("down or inaccessible") || reason.includes("replica on the local node");
}

function replyCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "number" ? error.code : undefined;
}
