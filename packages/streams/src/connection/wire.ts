import { coalesceWrites, RabbitError, withDeadline, type Deadline } from "@warrenmq/core/internal";
import type { Socket } from "node:net";
import type { ByteReader } from "../bytes/byte-reader.ts";
import { FrameSplitter } from "../protocol/frame-splitter.ts";
import type { FrameLimits } from "../protocol/frame-splitter.ts";
import { closeRequest, closeResponseFrame, requestFrame } from "../protocol/request-frame.ts";
import type { StreamRequest } from "../protocol/request-frame.ts";
import { ResponseCode } from "../protocol/response-code.ts";
import { decodeServerFrame } from "../protocol/server-frame.ts";
import type { ServerFrame } from "../protocol/server-frame.ts";
import { Heartbeat } from "./heartbeat.ts";
import { responseError } from "./response-error.ts";

/** Frames that are nobody's answer. */
export type UnaskedFrame = Exclude<ServerFrame, { readonly type: "response" | "heartbeat" | "close" }>;

/** What the user of a {@link Wire} is told. */
export interface WireEvents {
  readonly onFrame: (frame: UnaskedFrame) => void;
  /** The socket takes writes again. */
  readonly onDrain: () => void;
  /** Called once. All outstanding requests have failed with the same reason. */
  readonly onClose: (reason: RabbitError) => void;
}

/** A request whose answer is awaited. */
interface PendingRequest {
  readonly command: number;
  readonly answer: (body: ByteReader) => void;
  readonly fail: (reason: RabbitError) => void;
}

/** What is asked of the broker, and how its answer is read. */
export interface Query<T> {
  readonly request: StreamRequest;
  /** What is being done and on what, for errors: `create the stream "orders"` */
  readonly action: string;
  /** Reads what follows the response code. */
  readonly read: (body: ByteReader) => T;
  /** Metadata alone has no response code. */
  readonly hasResponseCode?: false;
}

/**
 * One socket that speaks the stream protocol: frames in and out, requests paired with their answers, heartbeats. It lives once; bytes
 * that are not the protocol end it.
 */
export class Wire {
  readonly #socket: Socket;
  readonly #label: string;
  readonly #events: WireEvents;
  readonly #splitter: FrameSplitter;
  readonly #pending = new Map<number, PendingRequest>();
  readonly #onFrame = (frame: Buffer): void => this.#dispatch(frame);
  #correlationId = 0;
  #heartbeat: Heartbeat | undefined;
  #closeReason: RabbitError | undefined;

  /** @param label names the broker in errors: `host:port/vhost` */
  constructor(socket: Socket, label: string, limits: FrameLimits, events: WireEvents) {
    this.#socket = socket;
    this.#label = label;
    this.#events = events;
    this.#splitter = new FrameSplitter(limits);
    coalesceWrites(socket);
    socket.on("data", (bytes: Buffer) => this.#received(bytes));
    socket.on("drain", () => events.onDrain());
    socket.on("error", (error) => this.#end("connection-lost", error.message, error));
    socket.on("close", () => this.#end("connection-lost", "the connection was closed"));
  }

  /** Why the connection is gone; `undefined` while it is not. */
  get closeReason(): RabbitError | undefined {
    return this.#closeReason;
  }

  /** Whether the socket takes more without piling it up. */
  get isWritable(): boolean {
    return this.#closeReason === undefined && !this.#socket.writableNeedDrain;
  }

  /** Starts to send heartbeats, and to expect them. */
  beat(heartbeatSeconds: number): void {
    if (heartbeatSeconds === 0) return;
    this.#heartbeat = new Heartbeat(heartbeatSeconds, {
      send: (frame) => this.send(frame),
      onSilence: () => this.#end("connection-lost", `nothing was heard for ${2 * heartbeatSeconds} seconds`),
    });
  }

  /** Writes a frame. On a connection that is gone it does nothing: `onClose` has told. */
  send(frame: Buffer): void {
    if (this.#closeReason !== undefined) return;
    this.#heartbeat?.sent();
    this.#socket.write(frame);
  }

  /**
   * Asks, and resolves with the answer.
   * @throws RabbitError why the broker refused; `timeout`; `connection-lost`
   */
  ask<T>(query: Query<T>, deadline: Deadline): Promise<T> {
    const { request, action } = query;
    if (this.#closeReason !== undefined) return Promise.reject(this.#closeReason);
    const correlationId = (this.#correlationId = (this.#correlationId + 1) >>> 0);
    const answered = new Promise<T>((resolve, reject) => {
      const answer = (body: ByteReader): void => {
        const code = query.hasResponseCode === false ? ResponseCode.ok : body.uint16();
        if (code === ResponseCode.ok) resolve(query.read(body));
        else reject(responseError(code, action));
      };
      this.#pending.set(correlationId, { command: request.command, answer, fail: reject });
    });
    this.send(requestFrame(request, correlationId));
    return withDeadline(answered, deadline, action).finally(() => this.#pending.delete(correlationId));
  }

  /** Says good-bye, waits for the answer until the deadline, and closes the socket. */
  async close(deadline: Deadline): Promise<void> {
    if (this.#closeReason !== undefined) return;
    const request = closeRequest(ResponseCode.ok, "OK");
    const closing = this.ask({ request, action: "close the connection", read: () => undefined }, deadline);
    await closing.catch(() => undefined); // gone already, or silent: it is closed in any case
    this.destroy(new RabbitError("connection-lost", `The connection to RabbitMQ at ${this.#label} was closed.`));
  }

  /** Ends the connection at once. */
  destroy(reason: RabbitError): void {
    if (this.#closeReason !== undefined) return;
    this.#closeReason = reason;
    this.#heartbeat?.stop();
    this.#socket.destroy();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { fail } of pending) fail(reason);
    this.#events.onClose(reason);
  }

  #received(bytes: Buffer): void {
    this.#heartbeat?.received();
    try {
      this.#splitter.push(bytes, this.#onFrame);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#end("connection-lost", `it sent what the protocol does not allow. ${reason}`, error);
    }
  }

  #dispatch(bytes: Buffer): void {
    // What arrives in the same read behind the end is of no interest.
    if (this.#closeReason !== undefined) return;
    const frame = decodeServerFrame(bytes);
    if (frame.type === "response") this.#answered(frame.command, frame.correlationId, frame.body);
    else if (frame.type === "close") this.#closedByBroker(frame.correlationId, frame.code, frame.reason);
    else if (frame.type !== "heartbeat") this.#events.onFrame(frame);
  }

  #answered(command: number, correlationId: number, body: ByteReader): void {
    const pending = this.#pending.get(correlationId);
    // An answer that came too late for its deadline belongs to nobody.
    if (pending?.command === command) pending.answer(body);
  }

  #closedByBroker(correlationId: number, code: number, reason: string): void {
    this.send(closeResponseFrame(correlationId));
    this.#socket.end();
    const error = responseError(code, `keep the connection to ${this.#label} open`);
    const isFinal = error.code === "access-refused" || error.code === "vhost-not-found" || error.code === "unsupported";
    this.#end(isFinal ? error.code : "connection-lost", `it closed the connection (${reason})`);
  }

  #end(code: RabbitError["code"], reason: string, cause?: unknown): void {
    const message = `Lost the connection to RabbitMQ at ${this.#label}: ${reason}.`;
    this.destroy(new RabbitError(code, message, { cause }));
  }
}

/** The commands whose answers need no reading. */
export function readNothing(): void {
  return undefined;
}
