import type { Operation, OperationTable } from "./operation.ts";

/** What keeps the process alive while it is held. */
export interface Holdable {
  hold(): void;
  release(): void;
}

/** An outstanding call keeps the process alive, as its HTTP request would with AWS; an open connection does not. */
export function keepingProcessAlive<Context>(
  table: OperationTable<Context>,
  heldBy: (context: Context) => Holdable,
): OperationTable<Context> {
  return Object.fromEntries(Object.entries(table).map(([name, operation]) => [name, keepingAlive(operation, heldBy)]));
}

function keepingAlive<Context>(
  operation: Operation<Context, unknown, unknown>,
  heldBy: (context: Context) => Holdable,
): Operation<Context, unknown, unknown> {
  return {
    ...operation,
    run(context, input) {
      const held = heldBy(context);
      held.hold();
      return operation.run(context, input).finally(() => held.release());
    },
  };
}
