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
  readonly groupId: string;
  readonly slots: Slot<M>[];
  /** Its place in the line for the next receive; `undefined` while it does not stand there. */
  rank: number | undefined;
}

/**
 * The message groups of a FIFO queue, as far as this process holds them, and AWS's rule of who may receive what:
 *
 * > A receive takes, for each message group, the longest prefix (in sequence order) of its remaining messages that are
 * > all visible, and fills the response group by group. The first invisible message of a group stops that group.
 *
 * Groups stand in line by their first message; one that was blocked and can be received again stands at the back, behind
 * all that was sent until then. Times are milliseconds of any monotonic clock. Pure: the owner has the timers.
 */
export class FifoGroups<M extends GroupMessage> {
  readonly #groups = new Map<string, Group<M>>();
  readonly #slots = new Map<string, Slot<M>>();
  readonly #hidden = new Set<Slot<M>>();
  #line: Group<M>[] = [];
  #highest = 0;

  /** Adds a message, visible from `visibleAtMs` on (0: now). One that is there already stays as it is. */
  add(message: M, visibleAtMs = 0): void {
    if (this.#slots.has(message.messageId)) return;
    const slot = { message, visibleAtMs };
    if (visibleAtMs !== 0) this.#hidden.add(slot);
    const group = this.#groups.get(message.groupId) ?? this.#newGroup(message.groupId);
    this.#slots.set(message.messageId, slot);
    this.#highest = Math.max(this.#highest, message.position);
    let index = group.slots.length;
    while (index > 0 && (group.slots[index - 1]?.message.position ?? 0) > message.position) index--;
    group.slots.splice(index, 0, slot);
    // A group that is blocked, or in line, stays so.
    if (group.slots.length === 1) this.#lineUp(group, message.position);
  }

  /**
   * Takes up to `max` messages, and hides them until `visibleAtMs`.
   * @param mayReceive which groups are served at all for now
   */
  take(max: number, visibleAtMs: number, mayReceive: (groupId: string) => boolean = () => true): M[] {
    const taken: M[] = [];
    const passedOver: Group<M>[] = [];
    while (taken.length < max) {
      const group = this.#line.shift();
      if (group === undefined) break;
      if (!mayReceive(group.groupId)) {
        passedOver.push(group);
        continue;
      }
      group.rank = undefined;
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

  /** Makes a message that was not taken visible from another time on; 0 shows it now. */
  delay(messageId: string, visibleAtMs: number): void {
    const slot = this.#slots.get(messageId);
    if (slot === undefined) return;
    slot.visibleAtMs = visibleAtMs;
    if (visibleAtMs !== 0) this.#hidden.add(slot);
    else if (this.#hidden.has(slot)) this.#shown(slot);
  }

  /** Shows every message whose time has come, and returns them. */
  expire(nowMs: number): M[] {
    const expired = [...this.#hidden].filter((slot) => slot.visibleAtMs <= nowMs);
    for (const slot of expired) this.#hidden.delete(slot);
    for (const slot of expired) this.#shown(slot);
    return expired.map(({ message }) => message);
  }

  /** When the next message becomes visible; Infinity when none is hidden. */
  nextExpiryMs(): number {
    let next = Infinity;
    for (const { visibleAtMs } of this.#hidden) next = Math.min(next, visibleAtMs);
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
    if (group.slots.length > 0) return this.#release(group);
    this.#groups.delete(groupId);
    this.#line = this.#line.filter((other) => other !== group);
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
    const group = this.#groups.get(slot.message.groupId);
    if (group !== undefined) this.#release(group);
  }

  #newGroup(groupId: string): Group<M> {
    const group = { groupId, slots: [], rank: undefined };
    this.#groups.set(groupId, group);
    return group;
  }

  /** Puts a group in line that may not be blocked any more. */
  #release(group: Group<M>): void {
    const head = group.slots[0];
    if (head !== undefined && !this.#hidden.has(head)) this.#lineUp(group, this.#highest);
  }

  #lineUp(group: Group<M>, rank: number): void {
    if (group.rank !== undefined) return;
    group.rank = rank;
    let index = this.#line.length;
    while (index > 0 && (this.#line[index - 1]?.rank ?? 0) > rank) index--;
    this.#line.splice(index, 0, group);
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
