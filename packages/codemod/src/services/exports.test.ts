import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { SERVICES } from "./service.ts";

/** What Node adds to the exports of a CommonJS module when it is imported; from 23 on the second. */
const ADDED_BY_NODE = ["default", "module.exports"];

// Types are in the lists too; at run time only the values can be compared.
test.each([
  ["sqs", sqs, SERVICES.sqs],
  ["sns", sns, SERVICES.sns],
])("the list of exports of %s has every value that the installed package exports", (_, installed, { exports }) => {
  expect(Object.keys(installed).filter((name) => !ADDED_BY_NODE.includes(name) && !exports.has(name))).toEqual([]);
});

test.each([
  ["sqs", sqs, SERVICES.sqs],
  ["sns", sns, SERVICES.sns],
])("every method of %s is one of the aggregated class", (_, installed, { aggregatedClass, methods }) => {
  const aggregated: unknown = Reflect.get(installed, aggregatedClass);
  const prototype: unknown = typeof aggregated === "function" ? aggregated.prototype : {};
  expect([...methods].filter((method) => !(method in Object(prototype)))).toEqual([]);
});
