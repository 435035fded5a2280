import type { MetadataBearer, MiddlewareStack } from "@smithy/types";
import { place, placementAlone, visitMiddlewares } from "./middleware-placement.ts";
import type { Placement } from "./middleware-placement.ts";

/** The only middleware of the SDK that has work to do without HTTP: it serves the client's `logger` option. */
const KEPT = "loggerMiddleware";

/**
 * What the commands of the service packages bring along: endpoint look-up, (de)serialisers in older copies of the SDK,
 * checks of MD5s that were computed in this process, retry hints.
 */
const COMMAND_MIDDLEWARES: ReadonlyMap<string, Placement> = new Map(
  [
    { name: "endpointV2Middleware", relation: "before", toMiddleware: "serializerMiddleware" } as const,
    { name: "serializerMiddleware", step: "serialize" } as const,
    { name: "deserializerMiddleware", step: "deserialize" } as const,
    { name: "sendMessageMiddleware", step: "initialize" } as const,
    { name: "sendMessageBatchMiddleware", step: "initialize" } as const,
    { name: "receiveMessageMiddleware", step: "initialize" } as const,
    { name: "longPollMiddleware", step: "initialize" } as const,
  ].map((placement) => [placement.name, placement]),
);

/** The places of the SDK's middlewares by name, for others that are to stand before or after one of them. */
export type Placements = ReadonlyMap<string, Placement>;

/** Takes the SDK's own middlewares out of a new client's stack, and says where they were. */
export function takeOutSdkMiddlewares<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
): Placements {
  const placements = new Map(COMMAND_MIDDLEWARES);
  visitMiddlewares(stack, (_middleware, placement) => {
    if (placement.name === undefined || placement.name === KEPT) return;
    for (const name of [placement.name, ...(placement.aliases ?? [])]) placements.set(name, placementAlone(placement));
  });
  for (const name of placements.keys()) stack.remove(name);
  return placements;
}

/** Whether a command brings nothing but the SDK's own middlewares. */
export function isPlainCommand<Input extends object, Output extends MetadataBearer>(
  commandStack: MiddlewareStack<Input, Output>,
): boolean {
  let plain = true;
  visitMiddlewares(commandStack, (_middleware, { name }) => {
    if (name === undefined || !COMMAND_MIDDLEWARES.has(name)) plain = false;
  });
  return plain;
}

/** Adds to `stack` what a command brings, without the SDK's own. */
export function addCommandMiddlewares<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
  commandStack: MiddlewareStack<Input, Output>,
  placements: Placements,
): void {
  visitMiddlewares(commandStack, (middleware, placement) => {
    if (placement.name !== undefined && COMMAND_MIDDLEWARES.has(placement.name)) return;
    standIn(stack, placement, placements);
    place(stack, middleware, placement);
  });
}

/**
 * When a middleware is placed relative to one of the SDK's that was taken out, puts an empty one in that one's place:
 * the SDK throws when the target is missing.
 */
export function standIn<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
  placement: Placement,
  placements: Placements,
): void {
  if (!("toMiddleware" in placement)) return;
  const target = placement.toMiddleware;
  const missing = placements.get(target);
  if (missing === undefined || has(stack, target)) return;
  standIn(stack, missing, placements);
  place(stack, passOn, missing);
}

const passOn = <Handler>(next: Handler): Handler => next;

function has<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
  name: string,
): boolean {
  let found = false;
  visitMiddlewares(stack, (_middleware, placement) => {
    if (placement.name === name || placement.aliases?.includes(name)) found = true;
  });
  return found;
}
