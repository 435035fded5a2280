/** Holds what a FIFO queue gives against the order of the sends. */
export class GroupOrder {
  readonly #next = new Map<string, number>();

  /** @throws Error when the message, whose body begins with its group and its number there, is not the group's next */
  check(body: string | undefined): void {
    const [group = "", index = ""] = (body ?? "").split(" ", 2);
    const expected = this.#next.get(group) ?? 0;
    if (index !== String(expected)) throw new Error(`group ${group}: message ${index} came where ${expected} was next`);
    this.#next.set(group, expected + 1);
  }
}
