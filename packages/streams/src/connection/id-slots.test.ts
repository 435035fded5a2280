import { expect, it } from "vitest";
import { IdSlots } from "./id-slots.ts";

it("gives out 256 numbers, and each again when it is free", () => {
  const slots = new IdSlots<string>();
  const ids = Array.from({ length: 256 }, (_, index) => slots.take(`listener ${index}`));
  expect(new Set(ids).size).toBe(256);
  expect([slots.hasFree, slots.take("one too many")]).toEqual([false, undefined]);
  slots.free(7);
  expect([slots.hasFree, slots.take("next")]).toEqual([true, 7]);
  expect(slots.get(7)).toBe("next");
});

it("does not give out the number of a listener that was only silenced", () => {
  const slots = new IdSlots<string>();
  const id = slots.take("one") ?? -1;
  slots.silence(id);
  expect(slots.get(id)).toBeUndefined();
  expect(slots.take("two")).not.toBe(id);
});
