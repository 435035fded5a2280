import { streamNotFound } from "../model/errors.ts";
import type { StreamCommand, StreamOutcome } from "../model/stream-command.ts";
import type { KinesisContext } from "./context.ts";
import { notActive } from "./stream-lookup.ts";

/**
 * Writes a command on an existing stream.
 * @throws OperationError `ResourceNotFoundException` when another process has deleted the stream first,
 * `ResourceInUseException` when one is changing it.
 */
export async function changeStream(
  context: KinesisContext,
  command: StreamCommand & { readonly name: string },
): Promise<StreamOutcome> {
  const outcome = await context.kinesis.registry.append(command, context.deadline);
  if (outcome.type === "no-such-stream") throw streamNotFound(command.name, context.accountId);
  if (outcome.type === "not-active") throw notActive(context, outcome.stream);
  return outcome;
}
