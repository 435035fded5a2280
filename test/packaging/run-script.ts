import { uniqueName } from "@warrenmq/testing";
import { expect } from "vitest";
import { runNode } from "../third-party/run-node.ts";

/** Runs a program that does the round trip of fixtures/scripts, and expects that it did it and ended. */
export async function expectRoundTrip(program: string): Promise<void> {
  const { exitCode, stdout, stderr } = await runNode([program, uniqueName("packed")], QUIET);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({
    bodies: { "through a topic": true, "to the queue": true },
    error: "QueueDoesNotExist",
    known: true,
  });
  expect(exitCode).toBe(0);
}

/** Without it the AWS SDK writes to stderr that it wants a newer Node in 2027. */
export const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
