import { expect, test } from "vitest";
import { Answers } from "./answers.ts";

const reply = (from: string, body: unknown) => ({ type: "reply", id: "", from, body }) as const;

test("answers are complete when as many processes as expected have answered", async () => {
  const answers = new Answers(2);
  answers.add(reply("a", 1));
  answers.add(reply("a", 2));
  expect(answers.areComplete()).toBe(false);
  const complete = answers.completeOrIn(60_000);
  answers.add(reply("b", 3));
  await complete;
  expect(answers.areComplete()).toBe(true);
  expect(answers.bodies()).toEqual([2, 3]);
});

test("answers that stay out are not waited for beyond the time", async () => {
  const answers = new Answers(2);
  answers.add(reply("a", 1));
  await answers.completeOrIn(5);
  expect(answers.areComplete()).toBe(false);
  answers.expect(1);
  expect(answers.areComplete()).toBe(true);
});
