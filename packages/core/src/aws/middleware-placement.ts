import type {
  AbsoluteLocation,
  HandlerOptions,
  InitializeMiddleware,
  MetadataBearer,
  MiddlewareStack,
  MiddlewareType,
  RelativeMiddlewareOptions,
} from "@smithy/types";

/** Where, and under which name, a middleware stands in a stack. */
export type Placement = (HandlerOptions & AbsoluteLocation) | RelativeMiddlewareOptions;

/** Called for each middleware of a stack. */
export type Visit<Input extends object, Output extends object> = (
  middleware: MiddlewareType<Input, Output>,
  placement: Placement,
) => void;

/**
 * Visits the middlewares of a stack. The SDK has no way to list one, but applies one stack to another by calling the
 * other's `add` and `addRelativeTo`; the visitor is a stack that has only those.
 */
export function visitMiddlewares<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
  visit: Visit<Input, Output>,
): void {
  const visitor: unknown = { add: visit, addRelativeTo: visit };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above; the unit tests run it on every SDK in the lockfile
  stack.applyToStack(visitor as MiddlewareStack<Input, Output>);
}

/** Adds a middleware where its placement says, which may be one that a visit gave. */
export function place<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
  middleware: MiddlewareType<Input, Output>,
  placement: Placement,
): void {
  if ("toMiddleware" in placement) {
    stack.addRelativeTo(middleware, placement);
    return;
  }
  const anyStep: unknown = stack;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `add` has one overload a step, and the step is known only at run time
  (anyStep as AnyStep<Input, Output>).add(middleware, placement);
}

/** A placement without what the SDK's own entry holds besides: its middleware, which `add` would prefer to its argument. */
export function placementAlone(placement: Placement): Placement {
  const alone = { ...placement };
  Reflect.deleteProperty(alone, "middleware");
  return alone;
}

/**
 * The middlewares of a stack, innermost first. Only the SDK's `resolve` knows the order: it is asked once, with a stack of
 * the same placements whose middlewares say when it is their turn.
 */
export function inOrder<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
): InitializeMiddleware<Input, Output>[] {
  const order: InitializeMiddleware<Input, Output>[] = [];
  const asking = stack.clone();
  visitMiddlewares(stack, (middleware) => asking.remove(middleware));
  visitMiddlewares(stack, (middleware, placement) => {
    const note: InitializeMiddleware<Input, Output> = (next) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a middleware is given differs by its step, which the order heeds
      order.push(middleware as InitializeMiddleware<Input, Output>);
      return next;
    };
    place(asking, note, placementAlone(placement));
  });
  asking.resolve(unreachable, {});
  return order;
}

const unreachable = (): never => {
  throw new Error("a stack that only tells its order is not called");
};

interface AnyStep<Input extends object, Output extends object> {
  add(middleware: MiddlewareType<Input, Output>, placement: Placement): void;
}
