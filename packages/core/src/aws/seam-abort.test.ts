import { describe, expect, it, vi } from "vitest";
import { attached, operation, recording, send, sendFromOldSdk } from "./attached-client.test.support.ts";
import type { Run } from "./attached-client.test.support.ts";
import { OperationError } from "./operation-error.ts";

const never: Run = () => new Promise(() => {});

describe("an abort", () => {
  it("before the call rejects without running the operation", async () => {
    const { client, seen } = recording();
    await expect(client.send(send(), { abortSignal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(seen).toEqual([]);
  });

  it("during the call rejects at once with AbortError, whatever the operation does", async () => {
    const client = attached({ SendMessage: operation(never) });
    const controller = new AbortController();
    const call = client.send(send(), { abortSignal: controller.signal });
    controller.abort(new Error("the user left"));
    await expect(call).rejects.toMatchObject({ name: "AbortError", cause: { message: "the user left" } });
  });

  it("is seen by a middleware of another and by commands of an older copy", async () => {
    const client = attached({ SendMessage: operation(never) });
    client.middlewareStack.add((next) => (args) => next(args), { step: "build" });
    const controller = new AbortController();
    const calls = [
      client.send(send(), { abortSignal: controller.signal }),
      sendFromOldSdk(client, { abortSignal: controller.signal }),
    ];
    controller.abort();
    for (const call of calls) await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });

  it("waits for an operation that has something to give back, and then rejects with AbortError", async () => {
    const order: string[] = [];
    const givingBack: Run = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          queueMicrotask(() => {
            order.push("given back");
            reject(new OperationError("OverLimit", "stopped"));
          });
        });
      });
    const client = attached({ SendMessage: operation(givingBack, true) });
    const controller = new AbortController();
    const call = client
      .send(send(), { abortSignal: controller.signal })
      .catch((error: Error) => order.push(error.name));
    controller.abort();
    await call;
    expect(order).toEqual(["given back", "AbortError"]);
  });

  it("after the answer changes nothing, and leaves no listener behind", async () => {
    const { client } = recording();
    const controller = new AbortController();
    const remove = vi.spyOn(controller.signal, "removeEventListener");
    await expect(client.send(send(), { abortSignal: controller.signal })).resolves.toMatchObject({ MessageId: "m-1" });
    controller.abort();
    expect(remove).toHaveBeenCalledTimes(1);
  });
});
