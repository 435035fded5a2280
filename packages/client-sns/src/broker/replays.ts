import { parseArn, pause, RabbitError, type Broker, type RegistryView } from "@warrenmq/core/internal";
import { randomUUID } from "node:crypto";
import type { ArchivedMessage } from "../model/archived-message.ts";
import type { Notification } from "../model/notification.ts";
import { parseReplayPolicy, type ReplayPolicy } from "../model/replay-policy.ts";
import type { SnsCommand } from "../model/sns-command.ts";
import type {
  Replay,
  ReplayOrder,
  ReplayStatus,
  SnsOutcome,
  SnsState,
  SubscriptionRecord,
} from "../model/sns-registry.ts";
import type { TopicArchive } from "./topic-archive.ts";
import type { TopicPublisher } from "./topic-publisher.ts";

/** How often a running replay writes down how far it is. */
const REPORT_MS = 5_000;
/** After so much silence, by the clock of whoever watches, the process that ran a replay is taken for dead. */
const SILENT_MS = 20_000;
/** How often each process looks for replays that are silent. */
const LOOK_MS = 5_000;
/** Pause before a replay goes on after the connection was lost. */
const RESUME_MS = 500;
/** How far the order of the archive and the publishers' clocks may be apart. */
const DISORDER_MS = 300_000;

/** What replays stand on. */
export interface ReplayParts {
  readonly broker: Broker;
  readonly registry: RegistryView<SnsState, SnsCommand, SnsOutcome>;
  readonly publisher: TopicPublisher;
  readonly archive: (topic: string) => TopicArchive;
}

/** A replay that runs here. */
interface Run {
  readonly subscriptionId: string;
  readonly replayId: string;
  /** See {@link Replay}. */
  position: number | undefined;
}

/**
 * The replays of archived messages to subscriptions. Each runs in one process, which writes down how far it is; when that
 * process is silent, another one goes on from there. docs/decisions/042-fifo-topics.md.
 */
export class Replays {
  readonly #parts: ReplayParts;
  readonly #owner: string = randomUUID();
  /** Ids of the replays that run here. */
  readonly #running = new Set<string>();
  /** Replays of other processes as they were last written down, and when that was seen; by id. */
  #seen: ReadonlyMap<string, { readonly replay: Replay; readonly atMs: number }> = new Map();
  readonly #watch: NodeJS.Timeout;
  #closed = false;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
    this.#watch = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** A new replay of this process; it is to be written down with the ReplayPolicy, and then {@link Replays.start}ed. */
  order(topicArn: string): ReplayOrder {
    return { id: randomUUID(), owner: this.#owner, topicArn };
  }

  /** Runs a replay that was written down. The process stays alive until it has ended. */
  start(subscriptionId: string, { id: replayId }: ReplayOrder): void {
    const { broker } = this.#parts;
    broker.hold();
    void this.#run({ subscriptionId, replayId, position: undefined }).finally(() => broker.release());
  }

  /** Ends the replays that run here, without a record: another process goes on. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
  }

  async #run(run: Run): Promise<void> {
    this.#running.add(run.replayId);
    const reports = setInterval(() => void this.#report(run, "In progress"), REPORT_MS).unref();
    try {
      const status = await this.#sessions(run);
      if (status !== undefined) await this.#report(run, status);
    } finally {
      clearInterval(reports);
      this.#running.delete(run.replayId);
    }
  }

  /** One session after the other, as long as connections are lost. @returns `undefined` when somebody else ended the replay, or runs it */
  async #sessions(run: Run): Promise<ReplayStatus | undefined> {
    for (;;) {
      try {
        await this.#session(run);
        return this.#subscriptionOf(run) === undefined ? undefined : "Completed";
      } catch (error) {
        if (this.#subscriptionOf(run) === undefined) return undefined;
        if (!(error instanceof RabbitError) || !error.retryable) return "Failed";
        await pause(RESUME_MS);
      }
    }
  }

  async #session(run: Run): Promise<void> {
    const subscription = this.#subscriptionOf(run);
    if (subscription === undefined) return;
    const { broker, archive } = this.#parts;
    const policy = parseReplayPolicy(subscription.attributes["ReplayPolicy"] ?? "", true);
    const from = { fromMs: policy.fromMs, after: run.position };
    const visit = (message: ArchivedMessage, offset: number): Promise<boolean> =>
      this.#deliver(run, policy, message, offset);
    await archive(subscription.topic).read(from, run.replayId, visit, broker.deadline());
  }

  /** @returns whether the replay goes on */
  async #deliver(run: Run, policy: ReplayPolicy, message: ArchivedMessage, offset: number): Promise<boolean> {
    const subscription = this.#subscriptionOf(run);
    if (subscription?.replay === undefined) return false;
    const { fromMs, toMs = Infinity } = policy;
    const { publishedAtMs } = message;
    if (publishedAtMs > toMs + DISORDER_MS) return false;
    if (publishedAtMs >= fromMs && publishedAtMs <= toMs) {
      const { broker, publisher } = this.#parts;
      await publisher.deliver(subscription, [replayed(message, subscription.replay)], broker.deadline());
    }
    run.position = offset;
    return true;
  }

  /** The subscription of a replay that is still this process's. */
  #subscriptionOf({ subscriptionId, replayId }: Run): SubscriptionRecord | undefined {
    const subscription = this.#parts.registry.state.subscriptions.get(subscriptionId);
    const replay = subscription?.replay;
    if (this.#closed || replay?.id !== replayId || replay.owner !== this.#owner) return undefined;
    return subscription;
  }

  async #report(run: Run, status: ReplayStatus): Promise<void> {
    const subscription = this.#subscriptionOf(run);
    if (subscription === undefined) return;
    const { subscriptionId: id, replayId, position = null } = run;
    const { registry, broker } = this.#parts;
    const facts = { name: subscription.topic, id, replayId, owner: this.#owner, position };
    // A report that is lost is followed by another, or some process goes on from the one before.
    await registry.append({ type: "report-replay", ...facts, status }, broker.deadline()).catch(() => undefined);
  }

  #look(): void {
    const { registry } = this.#parts;
    if (!registry.isReady()) return;
    const now = performance.now();
    const seen = new Map<string, { readonly replay: Replay; readonly atMs: number }>();
    for (const { id, replay } of registry.state.subscriptions.values()) {
      if (replay?.status !== "In progress" || this.#running.has(replay.id)) continue;
      const before = this.#seen.get(replay.id);
      const atMs = before?.replay === replay ? before.atMs : now;
      seen.set(replay.id, { replay, atMs });
      if (now - atMs >= SILENT_MS) void this.#takeOver(id, replay);
    }
    this.#seen = seen;
  }

  /** Goes on with a replay whose process is silent, if it still is and no other process comes first. */
  async #takeOver(id: string, replay: Replay): Promise<void> {
    const { registry, broker } = this.#parts;
    this.#running.add(replay.id);
    try {
      await registry.sync(broker.deadline());
      const subscription = registry.state.subscriptions.get(id);
      if (subscription?.replay !== replay) return;
      const facts = { name: subscription.topic, id, replayId: replay.id, from: replay.owner, owner: this.#owner };
      const outcome = await registry.append({ type: "take-replay", ...facts }, broker.deadline());
      if (outcome.type === "applied") {
        await this.#run({ subscriptionId: id, replayId: replay.id, position: replay.position ?? undefined });
      }
    } catch {
      // The broker cannot be reached: this process looks again.
    } finally {
      this.#running.delete(replay.id);
    }
  }
}

/**
 * AWS: "the same content, MessageId and Timestamp". A deduplication id of the replay's own lets a FIFO queue take the
 * message again, and what a process that takes a replay over repeats only once.
 */
function replayed(message: ArchivedMessage, { id, topicArn }: Replay): Notification {
  return {
    ...message,
    topicArn,
    accountId: parseArn(topicArn)?.accountId ?? "",
    messageDeduplicationId: `${message.messageId}-${id}`,
    traceHeader: undefined,
    signatureVersion: "1",
    replayed: true,
  };
}
