import type { Deadline } from "@warrenmq/core/internal";

/** How a `StreamPublisher` works. */
export interface PublisherOptions {
  /**
   * A name lets the broker drop messages that it has already, by their publishing ids: then a message that is sent again after a lost
   * connection is stored once. Only one publisher of a name may work at a time. Up to 255 characters.
   * @default none: a message may be stored twice when the connection is lost before its confirm
   */
  readonly name?: string;
  /**
   * Whether messages carry filter values. Needs RabbitMQ 3.13.
   * @default false
   */
  readonly filtering?: boolean;
  /**
   * So many messages may wait for their confirms; later calls wait.
   * @default 50000
   */
  readonly maxUnconfirmedMessages?: number;
  /**
   * So many bytes may wait for their confirms; later calls wait. A single larger call goes alone.
   * @default 33554432
   */
  readonly maxUnconfirmedBytes?: number;
}

/** How a call of `publish` works. */
export interface PublishOptions {
  /**
   * The id of the first message; the others follow it. For a publisher with a name: ids up to the last one that the broker has are
   * confirmed and not stored again.
   * @default one more than that of the message before
   */
  readonly firstPublishingId?: number;
  /**
   * When to give up.
   * @default the client's `timeoutMs` ahead
   */
  readonly deadline?: Deadline;
}

/** {@link PublisherOptions} with their defaults. */
export interface ResolvedPublisherOptions {
  readonly name: string | undefined;
  readonly filtering: boolean;
  readonly maxUnconfirmedMessages: number;
  readonly maxUnconfirmedBytes: number;
}

export function resolvePublisherOptions(options: PublisherOptions): ResolvedPublisherOptions {
  return {
    name: options.name,
    filtering: options.filtering ?? false,
    maxUnconfirmedMessages: options.maxUnconfirmedMessages ?? 50_000,
    maxUnconfirmedBytes: options.maxUnconfirmedBytes ?? 32 * 1024 * 1024,
  };
}
