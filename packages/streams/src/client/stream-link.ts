import { KeepAlive, RabbitError, type Deadline } from "@warrenmq/core/internal";
import type { ResolvedStreamOptions } from "../connection/options.ts";
import { responseError } from "../connection/response-error.ts";
import { metadataRequest } from "../protocol/request-frame.ts";
import { readMetadata } from "../protocol/response-body.ts";
import type { StreamMetadata } from "../protocol/response-body.ts";
import { ResponseCode } from "../protocol/response-code.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { Locator } from "./locator.ts";

/** What the publishers and consumers of one client share. */
export class StreamLink {
  readonly options: ResolvedStreamOptions;
  readonly locator: Locator;
  readonly publishing: ConnectionPool;
  readonly consuming: ConnectionPool;
  readonly keepAlive: KeepAlive = new KeepAlive();

  constructor(options: ResolvedStreamOptions) {
    this.options = options;
    this.publishing = new ConnectionPool(options, "publish");
    this.consuming = new ConnectionPool(options, "consume");
    this.locator = new Locator(options, (connection) => this.consuming.adopt(connection));
  }

  /** Where the streams are, in the order of their names. A stream that is unknown or has no leader says so by its `code`. */
  metadata(streams: readonly string[], deadline: Deadline): Promise<readonly StreamMetadata[]> {
    const action = `find the streams ${streams.map((stream) => `"${stream}"`).join(", ")}`;
    const request = metadataRequest(streams);
    return this.locator.ask({ request, action, read: readMetadata, hasResponseCode: false }, deadline);
  }

  /**
   * Where one stream is.
   * @throws RabbitError `not-found`, or `queue-unavailable` while its nodes are down or elect a leader
   */
  async locate(stream: string, deadline: Deadline): Promise<StreamMetadata> {
    const [metadata] = await this.metadata([stream], deadline);
    if (metadata === undefined) throw new RabbitError("broker-error", `RabbitMQ says nothing about "${stream}".`);
    if (metadata.code !== ResponseCode.ok) throw responseError(metadata.code, `find the stream "${stream}"`);
    return metadata;
  }

  /** Keeps the process alive while the work goes on. */
  async whileAlive<T>(work: Promise<T>): Promise<T> {
    this.keepAlive.hold();
    try {
      return await work;
    } finally {
      this.keepAlive.release();
    }
  }

  async close(deadline: Deadline): Promise<void> {
    await Promise.all([this.locator, this.publishing, this.consuming].map((part) => part.close(deadline)));
    this.keepAlive.end();
  }
}
