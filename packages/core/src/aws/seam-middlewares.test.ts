import { QueueDoesNotExist } from "@aws-sdk/client-sqs";
import type { BuildMiddleware } from "@smithy/types";
import xray from "aws-xray-sdk-core";
import { describe, expect, it, vi } from "vitest";
import { attached, operation, recording, send, sendFromOldSdk } from "./attached-client.test.support.ts";
import { OperationError } from "./operation-error.ts";

/** A middleware that only notes that it ran. */
function counting<Input extends object, Output extends object>(calls: () => void): BuildMiddleware<Input, Output> {
  return (next) => (args) => {
    calls();
    return next(args);
  };
}

describe("middlewares of others", () => {
  it("run on the steps before and after the request is made, and see a request", async () => {
    const { client } = recording();
    const steps: string[] = [];
    const note = (step: string, args: object): void => {
      steps.push(`${step}: ${"request" in args ? Object.keys(Object(args.request).headers).join() : "no request"}`);
    };
    const noting =
      <Input extends object, Output extends object>(step: string): BuildMiddleware<Input, Output> =>
      (next) =>
      (args) => {
        note(step, args);
        return next(args);
      };
    client.middlewareStack.add(
      (next) => (args) => {
        note("initialize", args);
        return next(args);
      },
      { step: "initialize" },
    );
    client.middlewareStack.add(noting("build"), { step: "build" });
    client.middlewareStack.add(noting("finalizeRequest"), { step: "finalizeRequest" });
    client.middlewareStack.add(
      (next) => (args) => {
        note("deserialize", args);
        return next(args);
      },
      { step: "deserialize" },
    );
    await expect(client.send(send())).resolves.toMatchObject({ MessageId: "m-1" });
    expect(steps).toEqual([
      "initialize: no request",
      "build: x-amz-target",
      "finalizeRequest: x-amz-target",
      "deserialize: x-amz-target",
    ]);
  });

  it("may change the input until the last step", async () => {
    const { client, seen } = recording();
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign(args.input, { MessageBody: "changed" });
        return next(args);
      },
      { step: "finalizeRequest" },
    );
    await client.send(send());
    expect(seen[0]?.input).toMatchObject({ MessageBody: "changed" });
  });

  it("are honoured when added after the first call, and no longer when removed", async () => {
    const { client } = recording();
    await client.send(send());
    const calls = vi.fn();
    client.middlewareStack.add(counting(calls), { step: "build", name: "late" });
    await client.send(send());
    client.middlewareStack.remove("late");
    await client.send(send());
    expect(calls).toHaveBeenCalledTimes(1);
  });

  it("run in the SDK's order at every call, also when one is added in between", async () => {
    const { client } = recording();
    const ran: string[] = [];
    const stack = client.middlewareStack;
    stack.add(
      counting(() => ran.push("build")),
      { step: "build", name: "build" },
    );
    stack.add(
      counting(() => ran.push("late build")),
      { step: "build", priority: "low" },
    );
    stack.addRelativeTo(
      counting(() => ran.push("after build")),
      { relation: "after", toMiddleware: "build" },
    );
    stack.add(
      counting(() => ran.push("finalize")),
      { step: "finalizeRequest" },
    );
    await client.send(send());
    await client.send(send());
    const order = ["build", "after build", "late build", "finalize"];
    expect(ran.splice(0)).toEqual([...order, ...order]);
    stack.addRelativeTo(
      counting(() => ran.push("before build")),
      { relation: "before", toMiddleware: "build" },
    );
    await client.send(send());
    expect(ran).toEqual(["before build", ...order]);
  });

  it("are printed at every call once `identifyOnResolve` asks for it", async () => {
    const { client } = recording();
    const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
    client.middlewareStack.identifyOnResolve(true);
    await client.send(send());
    client.middlewareStack.add(counting(vi.fn()), { step: "build", name: "mine" });
    await client.send(send());
    expect(printed).toHaveBeenCalledTimes(2);
    expect(printed).toHaveBeenLastCalledWith(expect.arrayContaining(["mine - build"]));
    printed.mockRestore();
  });

  it("are honoured on a single command, and only there", async () => {
    const { client } = recording();
    await client.send(send());
    const calls = vi.fn();
    const command = send();
    command.middlewareStack.add(counting(calls), { step: "build" });
    await client.send(command);
    await client.send(send());
    expect(calls).toHaveBeenCalledTimes(1);
  });

  it.each([
    "serializerMiddleware",
    "retryMiddleware",
    "httpSigningMiddleware",
    "awsAuthMiddleware",
    "endpointV2Middleware",
    "queueUrlMiddleware",
    "sendMessageMiddleware",
  ])("may be placed relative to the SDK's %s, which is gone", async (toMiddleware) => {
    const { client } = recording();
    const calls = vi.fn();
    client.middlewareStack.addRelativeTo(counting(calls), {
      relation: "after",
      toMiddleware,
    });
    const command = send();
    command.middlewareStack.addRelativeTo(counting(calls), {
      relation: "before",
      toMiddleware,
    });
    await client.send(command);
    expect(calls).toHaveBeenCalledTimes(2);
  });

  it("keep their order around an answer: the outermost sees the output that an inner one changed", async () => {
    const { client } = recording();
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        Object.assign(Object(result.output), { MessageId: "replaced" });
        return result;
      },
      { step: "deserialize" },
    );
    await expect(client.send(send())).resolves.toMatchObject({ MessageId: "replaced" });
  });

  it("work with commands of an older copy of the SDK", async () => {
    const { client } = recording();
    const calls = vi.fn();
    client.middlewareStack.add(counting(calls), { step: "build" });
    const output = await sendFromOldSdk(client);
    expect(output).toMatchObject({ MessageId: "m-1" });
    expect(calls).toHaveBeenCalledTimes(1);
  });

  it("work on a cloned stack, as the SDK's presigners use it", async () => {
    const { client } = recording();
    const handler = send().resolveMiddleware(client.middlewareStack.clone(), client.config, {});
    await expect(handler(send())).resolves.toMatchObject({ output: { MessageId: "m-1" } });
  });
});

describe("tracing with X-Ray", () => {
  xray.enableManualMode();

  it("records a subsegment, and its trace header reaches the operation", async () => {
    const { client, seen } = recording();
    const segment = new xray.Segment("test");
    await xray.captureAWSv3Client(client, segment).send(send());
    const [subsegment] = segment.subsegments ?? [];
    expect(subsegment).toMatchObject({
      name: "SQS",
      namespace: "aws",
      aws: { operation: "SendMessage", region: "us-east-1" },
    });
    expect(subsegment?.isClosed()).toBe(true);
    expect(seen[0]?.call.traceHeader).toBe(`Root=${segment.trace_id};Parent=${subsegment?.id};Sampled=1`);
  });

  it("records the error of a call", async () => {
    const client = attached({
      SendMessage: operation(async () => {
        throw new OperationError("QueueDoesNotExist", "The specified queue does not exist.");
      }),
    });
    const segment = new xray.Segment("test");
    await expect(xray.captureAWSv3Client(client, segment).send(send())).rejects.toBeInstanceOf(QueueDoesNotExist);
    expect(segment.subsegments?.[0]).toMatchObject({ error: true, http: { response: { status: 400 } } });
  });
});
