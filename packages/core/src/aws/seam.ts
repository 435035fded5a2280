import type {
  DeserializeHandler,
  HandlerExecutionContext,
  InitializeHandler,
  InitializeHandlerArguments,
  MetadataBearer,
  MiddlewareStack,
} from "@smithy/types";
import { answerCall } from "./answer-call.ts";
import type { Answering } from "./answer-call.ts";
import type { PendingCall } from "./pending-call.ts";
import { inOrder } from "./middleware-placement.ts";
import { addCommandMiddlewares, isPlainCommand, standIn, takeOutSdkMiddlewares } from "./sdk-middlewares.ts";
import type { Placements } from "./sdk-middlewares.ts";
import { stubRequest, traceHeaderOf } from "./stub-request.ts";

/** The part of an AWS SDK client on which the seam works. */
export interface SeamClient<Input extends object, Output extends MetadataBearer> {
  readonly config: { readonly logger?: unknown };
  readonly middlewareStack: MiddlewareStack<Input, Output>;
}

type Answer = PendingCall["answer"];

/**
 * Makes an AWS SDK client answer from an operation table instead of over HTTP. `send`, callbacks, command objects of
 * any copy of the SDK and everybody's own middlewares go on working; the SDK's serialisers, signers, retries and checks
 * are taken out. The client's config must come from `resolveClientConfig`, whose request handler ends the chain.
 *
 * Operations are found by `context.commandName`, and the input is read after all middlewares, because tracers write
 * into it. While nobody has added a middleware to the client or to the command, a call goes straight to its operation:
 * (measured) 5 µs, with `send` options too, against 23 µs for the SDK to merge and sort even five middlewares, which it
 * does at every `send`. Middlewares of the client are merged and sorted once, until they change. The SDK's
 * `cacheMiddleware` would be as fast, but loses middlewares added later or to one command, and does nothing once `send` is
 * given options.
 */
export function attachSeam<Context, Input extends object, Output extends MetadataBearer>(
  client: SeamClient<Input, Output>,
  answering: Answering<Context>,
): void {
  const stack = client.middlewareStack;
  const answer: Answer = (call, signal) => answerCall(answering, call, signal);
  const placements = takeOutSdkMiddlewares(stack);
  addStub(stack);
  addEnd(stack, answer);
  const straight = straightStack(stack, answer);
  const changes = watch(stack, placements);
  // Own `clone`: a tracer may replace the stack's later.
  const clone = stack.clone.bind(stack);
  let sorted: { readonly at: number; readonly stack: MiddlewareStack<Input, Output> } | undefined;
  const concat = (commandStack: MiddlewareStack<Input, Output>): MiddlewareStack<Input, Output> => {
    const isPlain = isPlainCommand(commandStack);
    if (isPlain && changes() === 0 && isSilent(client.config.logger)) return straight;
    if (isPlain && !stack.identifyOnResolve()) {
      if (sorted?.at !== changes()) sorted = { at: changes(), stack: sortedStack(clone()) };
      return sorted.stack;
    }
    const merged = clone();
    addCommandMiddlewares(merged, commandStack, placements);
    return merged;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `concat` is generic in the command's types, which do not matter here.
  stack.concat = concat as typeof stack.concat;
}

/** Gives the later steps a request to read and write. */
function addStub<Input extends object, Output extends MetadataBearer>(stack: MiddlewareStack<Input, Output>): void {
  stack.add((next, context) => (args) => next({ ...args, request: stubRequest(operationName(context)) }), {
    step: "serialize",
    name: "serializerMiddleware",
    tags: ["SERIALIZER"],
  });
}

/** Innermost: hands the call to the request handler. */
function addEnd<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
  answer: Answer,
): void {
  stack.add((next, context) => (args) => next({ ...args, request: pendingCall(context, args, answer) }), {
    step: "deserialize",
    priority: "low",
    name: "warrenmqAnswerMiddleware",
  });
}

/** A stack in which nothing stands between `send` and the request handler. */
function straightStack<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
  answer: Answer,
): MiddlewareStack<Input, Output> {
  const straight = stack.clone();
  const resolve = (handler: DeserializeHandler<Input, Output>, context: HandlerExecutionContext) => {
    return (args: InitializeHandlerArguments<Input>) =>
      handler({ input: args.input, request: pendingCall(context, args, answer) });
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `resolve` is generic in the command's types, and the request handler always gives an `output`.
  straight.resolve = resolve as typeof straight.resolve;
  return straight;
}

/** A stack that keeps the order of its middlewares, which the SDK's works out whenever it is resolved. */
function sortedStack<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
): MiddlewareStack<Input, Output> {
  const middlewares = inOrder(stack);
  const resolve = (handler: InitializeHandler<Input, Output>, context: HandlerExecutionContext) =>
    middlewares.reduce((next, middleware) => middleware(next, context), handler);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `resolve` is generic in the command's types
  stack.resolve = resolve as typeof stack.resolve;
  return stack;
}

function pendingCall(
  context: HandlerExecutionContext,
  args: { input: unknown; request?: unknown },
  answer: Answer,
): PendingCall {
  return {
    operationName: operationName(context),
    input: args.input,
    traceHeader: args.request === undefined ? undefined : traceHeaderOf(args.request),
    answer,
  };
}

/** "SendMessage" for "SendMessageCommand". */
function operationName({ commandName = "" }: HandlerExecutionContext): string {
  return commandName.endsWith("Command") ? commandName.slice(0, -"Command".length) : commandName;
}

/** Counts the changes that others make to the client's stack, and keeps the SDK's names usable as places in it. */
function watch<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
  placements: Placements,
): () => number {
  let changes = 0;
  const original = { ...stack };
  const add = (...args: Parameters<typeof stack.add>): void => {
    changes++;
    original.add(...args);
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `add` has one overload a step; the arguments are passed on as they came
  stack.add = add as typeof stack.add;
  stack.addRelativeTo = (middleware, placement) => {
    changes++;
    standIn(stack, placement, placements);
    original.addRelativeTo(middleware, placement);
  };
  stack.identifyOnResolve = (toggle) => {
    if (toggle !== undefined) changes++;
    return original.identifyOnResolve(toggle);
  };
  stack.remove = (target) => {
    const removed = original.remove(target);
    if (removed) changes++;
    return removed;
  };
  stack.removeByTag = (tag) => {
    const removed = original.removeByTag(tag);
    if (removed) changes++;
    return removed;
  };
  return () => changes;
}

/** Whether the `logger` option was left out: the SDK then fills in an object of its class NoOpLogger. */
function isSilent(logger: unknown): boolean {
  return typeof logger !== "object" || logger === null || logger.constructor.name === "NoOpLogger";
}
