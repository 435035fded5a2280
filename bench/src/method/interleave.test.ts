import { describe, expect, test } from "vitest";
import { interleave, turnOrder } from "./interleave.ts";

const run = { rounds: 4, warmUpRounds: 0, signal: new AbortController().signal, onTurn: (): void => undefined };

describe("two sides", () => {
  test("take turns, and change places", async () => {
    const turns: string[] = [];
    const side = (name: string) => async (): Promise<void> => void turns.push(name);
    await interleave([side("A"), side("B")], run);
    expect(turns.join(" ")).toBe("A B B A B A A B");
  });
});

test("each of three sides is first, second and last equally often", () => {
  const orders = Array.from({ length: 6 }, (_, round) => turnOrder(["A", "B", "C"], round));
  for (const place of [0, 1, 2]) {
    const sidesThere = orders.map((order) => order[place]);
    for (const side of ["A", "B", "C"]) expect(sidesThere.filter((there) => there === side)).toHaveLength(2);
  }
});

test("warm-up rounds run but do not count", async () => {
  let turns = 0;
  const results = await interleave([async () => ++turns], { ...run, rounds: 2, warmUpRounds: 3 });
  expect(results).toEqual([[4, 5]]);
});

test("an interrupted run stops before the next turn", async () => {
  const interrupt = new AbortController();
  let turns = 0;
  const side = async (): Promise<void> => {
    turns += 1;
    interrupt.abort(new Error("interrupted"));
  };
  await expect(interleave([side, side], { ...run, signal: interrupt.signal })).rejects.toThrow("interrupted");
  expect(turns).toBe(1);
});
