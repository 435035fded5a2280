/** A message in its group. */
export interface GroupMessage {
  readonly messageId: string;
  readonly groupId: string;
  /** Its place: messages of a group are received in rising order. */
  readonly position: number;
}

interface Slot<M> {
  readonly message: M;
  /** When it becomes visible; 0 when it is. */
  visibleAtMs: number;
}

interface Group<M> {
  readonly slots: Slot<M>[];
  /** Whether it stands in line for the next receive. */
  inLine: boolean;
}

/**
 * The message groups of a FIFO queue, as far as this process holds them, and AWS's rule of who may receive what:
 *
 * > A receive takes, for each message group, the longest prefix (in sequence order) of its remaining messages that are
 * > all visible, and fills the response group by group. The first invisible message of a group stops that group.
 *
 * A group that was blocked and can be received again stands at the back of the line. Times are milliseconds of any
 * monotonic clock. Pure: the owner has the timers.
 */
export class FifoGroups<M extends GroupMessage> {
  readonly #groups = new Map<string, Group<M>>();
  readonly #slots = new Map<string, Slot<M>>();
  readonly #hidden = new Set<Slot<M>>();
  #line: string[] = [];

  /** Adds a message, visible. One that is there already stays as it is. */
  add(message: M): void {
    if (this.#slots.has(message.messageId)) return;
    const slot = { message, visibleAtMs: 0 };
    const group = this.#groups.get(message.groupId) ?? { slots: [], inLine: false };
    this.#groups.set(message.groupId, group);
    this.#slots.set(message.messageId, slot);
    let index = group.slots.length;
    while (index > 0 && (group.slots[index - 1]?.message.position ?? 0) > message.position) index--;
    group.slots.splice(index, 0, slot);
    this.#lineUp(message.groupId, group);
  }

  /**
   * Takes up to `max` messages, and hides them until `visibleAtMs`.
   * @param mayReceive which groups are served at all for now
   */
  take(max: number, visibleAtMs: number, mayReceive: (groupId: string) => boolean = () => true): M[] {
    const taken: M[] = [];
    const passedOver: string[] = [];
    while (taken.length < max) {
      const groupId = this.#line.shift();
      if (groupId === undefined) break;
      const group = this.#groups.get(groupId);
      if (group === undefined) continue;
      if (!mayReceive(groupId)) {
        passedOver.push(groupId);
        continue;
      }
      group.inLine = false;
      for (const slot of visiblePrefix(group, max - taken.length)) {
        slot.visibleAtMs = visibleAtMs;
        this.#hidden.add(slot);
        taken.push(slot.message);
      }
    }
    this.#line = [...passedOver, ...this.#line];
    return taken;
  }

  /** Hides a message that was taken until another time; 0 shows it now. */
  show(messageId: string, visibleAtMs: number): void {
    const slot = this.#slots.get(messageId);
    if (slot === undefined || !this.#hidden.has(slot)) return;
    slot.visibleAtMs = visibleAtMs;
    if (visibleAtMs === 0) this.#shown(slot);
  }

  /** Shows every message whose time has come, and returns them. */
  expire(nowMs: number): M[] {
    const expired = [...this.#hidden].filter((slot) => slot.visibleAtMs <= nowMs);
    for (const slot of expired) this.#hidden.delete(slot);
    for (const slot of expired) this.#shown(slot);
    return expired.map(({ message }) => message);
  }

  /** When the next message becomes visible; `undefined` when none is hidden. */
  nextExpiryMs(): number | undefined {
    let next: number | undefined;
    for (const { visibleAtMs } of this.#hidden) next = Math.min(next ?? visibleAtMs, visibleAtMs);
    return next;
  }

  /** Whether the message was taken and is not visible again. */
  isHidden(messageId: string): boolean {
    const slot = this.#slots.get(messageId);
    return slot !== undefined && this.#hidden.has(slot);
  }

  /** Removes a message: it was deleted, or is not this process's any more. */
  remove(messageId: string): void {
    const slot = this.#slots.get(messageId);
    if (slot === undefined) return;
    const { groupId } = slot.message;
    const group = this.#groups.get(groupId);
    this.#slots.delete(messageId);
    this.#hidden.delete(slot);
    if (group === undefined) return;
    group.slots.splice(group.slots.indexOf(slot), 1);
    if (group.slots.length === 0) this.#groups.delete(groupId);
    else this.#lineUp(groupId, group);
  }

  /** Every message that is held, hidden ones too. */
  messages(): M[] {
    return [...this.#slots.values()].map(({ message }) => message);
  }

  /** How many messages are held and visible (those of a blocked group count: AWS counts them so). */
  visible(): number {
    return this.#slots.size - this.#hidden.size;
  }

  /** How many messages are hidden. */
  hidden(): number {
    return this.#hidden.size;
  }

  #shown(slot: Slot<M>): void {
    slot.visibleAtMs = 0;
    this.#hidden.delete(slot);
    const { groupId } = slot.message;
    const group = this.#groups.get(groupId);
    if (group !== undefined) this.#lineUp(groupId, group);
  }

  #lineUp(groupId: string, group: Group<M>): void {
    const head = group.slots[0];
    if (group.inLine || head === undefined || this.#hidden.has(head)) return;
    group.inLine = true;
    this.#line.push(groupId);
  }
}

function visiblePrefix<M>({ slots }: Group<M>, max: number): Slot<M>[] {
  const prefix: Slot<M>[] = [];
  for (const slot of slots) {
    if (slot.visibleAtMs !== 0 || prefix.length === max) break;
    prefix.push(slot);
  }
  return prefix;
}
