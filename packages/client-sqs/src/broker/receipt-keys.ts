import { randomBytes } from "node:crypto";
import type { Deadline, RegistryView } from "@warrenmq/core/internal";
import type { QueueCommand, QueueOutcome, QueueState } from "@warrenmq/core/queues";

/** The key that receipt handles are made with: one for a virtual host, in the registry, offered by whoever needs it first. */
export class ReceiptKeys {
  readonly #registry: RegistryView<QueueState, QueueCommand, QueueOutcome>;
  /** Kept, so that handles stay valid when the registry is lost. */
  #lastSeen: string | undefined;

  constructor(registry: RegistryView<QueueState, QueueCommand, QueueOutcome>) {
    this.#registry = registry;
  }

  /** The key, as far as this process knows. */
  current(): string | undefined {
    return (this.#lastSeen = this.#registry.state.receiptKey ?? this.#lastSeen);
  }

  /** The key; `undefined` when nobody has made a handle up to now. @throws RabbitError */
  async look(deadline: Deadline): Promise<string | undefined> {
    if (this.current() === undefined) await this.#registry.sync(deadline);
    return this.current();
  }

  /** Resolves when there is a key, and every process can know it. @throws RabbitError */
  async ready(deadline: Deadline): Promise<void> {
    await this.#registry.ready(deadline);
    if (this.#registry.state.receiptKey !== undefined) return;
    const key = this.#lastSeen ?? randomBytes(16).toString("base64url");
    await this.#registry.append({ type: "offer-receipt-key", name: key }, deadline);
  }

  /** Whether handles can be made now. */
  isReady(): boolean {
    return this.#registry.state.receiptKey !== undefined;
  }

  /** The key to make a handle with. @throws Error before {@link ReceiptKeys.ready} */
  require(): string {
    const key = this.current();
    if (key === undefined) throw new Error("A message was handed out before there was a key for its receipt handle.");
    return key;
  }
}
