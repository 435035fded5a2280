import { describe, expect, test } from "vitest";
import { FifoGroups, type GroupMessage } from "./fifo-groups.ts";

/** Groups holding these messages, sent in this order: `a1` is the first message of group `a`. */
function holding(...names: string[]): FifoGroups<GroupMessage> {
  const groups = new FifoGroups<GroupMessage>();
  for (const [index, name] of names.entries()) groups.add(message(name, index + 1));
  return groups;
}

function message(name: string, position: number): GroupMessage {
  return { messageId: name, groupId: name.slice(0, 1), position };
}

function take(groups: FifoGroups<GroupMessage>, max = 10, visibleAtMs = 1_000): string[] {
  return groups.take(max, visibleAtMs).map(({ messageId }) => messageId);
}

describe("the recorded behaviours of message groups", () => {
  test("a receive drains one group before the next", () => {
    expect(take(holding("a1", "b1", "a2", "a3"))).toEqual(["a1", "a2", "a3", "b1"]);
  });

  test("while a prefix is in flight the rest of the group is blocked, and other groups flow", () => {
    const groups = holding("a1", "a2", "a3", "b1");
    expect(take(groups, 1)).toEqual(["a1"]);
    expect(take(groups)).toEqual(["b1"]);
    expect(take(groups)).toEqual([]);
  });

  test.each([
    ["a1", []],
    ["a2", ["a1"]],
    ["a3", ["a1", "a2"]],
  ])(
    "three received and the visibility of %s extended: when the others expire %j can be received",
    (name, expected) => {
      const groups = holding("a1", "a2", "a3");
      take(groups);
      groups.show(name, 5_000);
      groups.expire(1_000);
      expect(take(groups)).toEqual(expected);
    },
  );

  test("visibility ended for the first while the second is in flight: the first alone, after the groups that wait", () => {
    const groups = holding("a1", "a2", "a3", "b1");
    take(groups, 2);
    groups.show("a1", 0);
    expect(take(groups)).toEqual(["b1", "a1"]);
  });

  test("deleting all messages in flight frees the group, deleting one of two does not", () => {
    const groups = holding("a1", "a2", "a3");
    take(groups, 2);
    groups.remove("a1");
    expect(take(groups)).toEqual([]);
    groups.remove("a2");
    expect(take(groups)).toEqual(["a3"]);
  });

  test("deleting the second of two in flight does not free the group", () => {
    const groups = holding("a1", "a2", "a3");
    take(groups, 2);
    groups.remove("a2");
    expect(take(groups)).toEqual([]);
  });

  test("a group given back at once goes to the back of the line, its order kept", () => {
    const groups = holding("a1", "a2", "b1");
    for (const name of take(groups, 2)) groups.show(name, 0);
    expect(take(groups)).toEqual(["b1", "a1", "a2"]);
  });

  test("messages of a blocked group count as visible", () => {
    const groups = holding("a1", "a2", "a3", "a4");
    take(groups, 2);
    expect([groups.visible(), groups.hidden()]).toEqual([2, 2]);
  });
});

describe("what else must hold", () => {
  test("messages received together come back together, in order", () => {
    const groups = holding("a1", "a2", "a3");
    take(groups);
    expect(groups.nextExpiryMs()).toBe(1_000);
    expect(groups.expire(999)).toEqual([]);
    expect(groups.expire(1_000)).toHaveLength(3);
    expect(take(groups)).toEqual(["a1", "a2", "a3"]);
  });

  test("a message that arrives late takes its place by position", () => {
    const groups = holding("a1");
    groups.add(message("a3", 30));
    groups.add(message("a2", 20));
    expect(take(groups)).toEqual(["a1", "a2", "a3"]);
  });

  test("groups stand in line by their first message, whatever arrives first", () => {
    const groups = new FifoGroups<GroupMessage>();
    groups.add(message("b1", 2));
    groups.add(message("a1", 1));
    expect(take(groups)).toEqual(["a1", "b1"]);
  });

  test("a group sent to after another was released stands behind it", () => {
    const groups = holding("a1");
    groups.show(take(groups)[0] ?? "", 0);
    groups.add(message("b1", 2));
    expect(take(groups)).toEqual(["a1", "b1"]);
  });

  test("groups that are not served are passed over and keep their place", () => {
    const groups = holding("a1", "b1");
    expect(groups.take(10, 1_000, (groupId) => groupId !== "a").map(({ messageId }) => messageId)).toEqual(["b1"]);
    groups.add(message("c1", 3));
    expect(take(groups)).toEqual(["a1", "c1"]);
  });

  test("a message that is added twice is there once", () => {
    const groups = holding("a1", "a1");
    expect(take(groups)).toEqual(["a1"]);
  });

  test("a group that was emptied and sent to again is received", () => {
    const groups = holding("a1");
    groups.remove("a1");
    groups.add(message("a2", 2));
    expect(take(groups)).toEqual(["a2"]);
    groups.remove("a2");
    expect(take(groups)).toEqual([]);
  });

  test("a delayed message holds up its group alone, until its time has come", () => {
    const groups = holding("b1");
    groups.add(message("a1", 2), 500);
    groups.add(message("a2", 3));
    groups.add(message("c1", 4));
    expect(take(groups)).toEqual(["b1", "c1"]);
    expect(groups.nextExpiryMs()).toBe(500);
    expect(groups.expire(499)).toEqual([]);
    groups.expire(500);
    expect(take(groups)).toEqual(["a1", "a2"]);
  });

  test("a delay that changes holds for a message that waits", () => {
    const groups = holding("a1", "a2");
    groups.delay("a1", 500);
    expect(take(groups)).toEqual([]);
    groups.delay("a1", 0);
    expect(take(groups)).toEqual(["a1", "a2"]);
    expect(groups.nextExpiryMs()).toBe(1_000);
  });
});
