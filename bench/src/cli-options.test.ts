import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { parseCommandLine } from "./cli-options.ts";
import type { CliOptions } from "./cli-options.ts";

describe("the command line", () => {
  test("needs no more than a suite", () => {
    expect(parse("sqs")).toEqual({ suites: ["sqs"], quick: false, only: [] });
  });

  test("takes several suites", () => {
    expect(parse("sqs fifo delay --quick").suites).toEqual(["sqs", "fifo", "delay"]);
  });

  test("takes all options", () => {
    expect(parse("sqs --json out.json --quick --rounds 9 --only idle seam --soak 30m")).toEqual({
      suites: ["sqs"],
      json: "out.json",
      quick: true,
      rounds: 9,
      only: ["idle", "seam"],
      soakSeconds: 1800,
    });
  });

  test.each([
    ["", "missing required argument 'suite'"],
    ["sqss", "Allowed choices are sqs, sns, kinesis, fifo, delay, streams, codemod"],
    ["sqs --rounds 0", "A whole number from 1 on is needed"],
    ["sqs --soak soon", "is not a duration such as 60s, 30m or 2h"],
    ["sqs --fast", "unknown option '--fast'"],
  ])("'%s' is refused with what is wrong", (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });
});

function parse(line: string): CliOptions {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  return parseCommandLine(line.split(" ").filter(Boolean), command);
}
