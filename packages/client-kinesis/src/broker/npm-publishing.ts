import { RabbitError, withDeadline, type Deadline } from "@warrenmq/core/internal";
import { headersOf } from "./message-headers.ts";
import type { NpmPublisher, NpmStreamClient } from "./npm-stream-client.ts";
import type { ShardMessage } from "./stream-transport.ts";

interface Unconfirmed {
  readonly resolve: () => void;
  readonly reject: (reason: RabbitError) => void;
}

/** Unique in the process, and beyond all that an application's own publishers on the connection have: they begin at 1. */
let lastPublishingId = 1n << 62n;

/** One publisher of `rabbitmq-stream-js-client`, and who waits for its confirms. */
export class NpmPublishing {
  readonly #client: NpmStreamClient;
  readonly #publisher: NpmPublisher;
  readonly #stream: string;
  readonly #unconfirmed = new Map<bigint, Unconfirmed>();

  constructor(client: NpmStreamClient, publisher: NpmPublisher, stream: string) {
    this.#client = client;
    this.#publisher = publisher;
    this.#stream = stream;
    publisher.on("publish_confirm", (error, publishingIds) => {
      if (error === null) for (const id of publishingIds) this.#confirmed(id);
      // The package garbles which message was refused, and why.
      else this.#failAll(new RabbitError("publish-nacked", `RabbitMQ refused a message to "${stream}".`));
    });
  }

  /** Publishes; resolves when it is confirmed. @throws RabbitError `connection-lost`, `publish-nacked`, `timeout` */
  async publish(message: ShardMessage, deadline: Deadline): Promise<void> {
    // On a connection that is down the package would look for it once a turn of the event loop, for ever.
    if (!this.#publisher.getConnectionInfo().ready) throw this.#lostError();
    const id = ++lastPublishingId;
    const confirmed = new Promise<void>((resolve, reject) => {
      this.#unconfirmed.set(id, { resolve, reject });
    });
    const sending = this.#publisher.basicSend(id, message.content, {
      messageProperties: { messageId: message.id, creationTime: new Date(message.arrivedAt) },
      applicationProperties: headersOf(message),
    });
    sending.catch(() => this.#settle(id)?.reject(this.#lostError()));
    try {
      await withDeadline(confirmed, deadline, `confirm a message to "${this.#stream}"`);
    } finally {
      this.#unconfirmed.delete(id);
    }
  }

  /** The connection is gone: what was not confirmed is stored or not. */
  lost(): void {
    this.#failAll(this.#lostError());
  }

  /** Closes the publisher. */
  close(): void {
    this.lost();
    if (!this.#publisher.getConnectionInfo().ready) return;
    this.#client.deletePublisher(this.#publisher.extendedId).catch(() => undefined); // lost meanwhile
  }

  #confirmed(id: bigint): void {
    this.#settle(id)?.resolve();
  }

  #settle(id: bigint): Unconfirmed | undefined {
    const unconfirmed = this.#unconfirmed.get(id);
    this.#unconfirmed.delete(id);
    return unconfirmed;
  }

  #failAll(reason: RabbitError): void {
    for (const id of this.#unconfirmed.keys()) this.#settle(id)?.reject(reason);
  }

  #lostError(): RabbitError {
    return new RabbitError("connection-lost", `rabbitmq-stream-js-client lost its connection for "${this.#stream}".`);
  }
}
