import { expect, it } from "vitest";
import { newMessageId, timeOfMessageId } from "./message-id.ts";

it("is a UUID of version 7 that holds the time it was made at", () => {
  const id = newMessageId(1_795_389_588_867);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(timeOfMessageId(id)).toBe(1_795_389_588_867);
});

it("never comes twice, also within a millisecond", () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => newMessageId(1)));
  expect(ids.size).toBe(10_000);
});

it("holds no time when somebody else made it", () => {
  for (const id of ["5fea7756-0ea4-451a-a703-a558b933e274", "order-7", ""]) expect(timeOfMessageId(id)).toBeUndefined();
});
