/**
 * A call that goes on while its test does something else. A test that fails before it awaits the call leaves it behind, and its
 * rejection, when the clients are destroyed, would count as a failure of the whole run, even where the test passes when it is
 * tried again.
 */
export function inBackground<T>(call: Promise<T>): Promise<T> {
  call.catch(() => undefined);
  return call;
}
