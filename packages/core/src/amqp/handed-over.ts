let pending: Promise<void> | undefined;

/**
 * Resolves when all frames that were sent before are with the operating system, so that the end of this process does
 * not undo them. amqplib writes in the next turn of the event loop; all callers of one turn share the wait.
 */
export function handedOver(): Promise<void> {
  pending ??= new Promise<void>((resolve) => {
    // amqplib's own setImmediate is scheduled after this one, and runs before the second.
    setImmediate(() => {
      pending = undefined;
      setImmediate(resolve);
    });
  });
  return pending;
}
