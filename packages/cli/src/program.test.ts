import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Command } from "commander";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProgram } from "./program.ts";
import {
  addHttpDeliveryOptions,
  readHttpDeliveryOptions,
  type HttpDeliveryFlags,
} from "./sns/http-delivery-options.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "warrenmq-cli-"));
  await Promise.all(["key", "cert", "ca"].map((name) => writeFile(join(folder, name), name)));
});
afterAll(() => rm(folder, { recursive: true }));

function parse(...argv: readonly string[]): HttpDeliveryFlags {
  const command = addHttpDeliveryOptions(new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
  return command.parse([...argv], { from: "user" }).opts<HttpDeliveryFlags>();
}

describe("warrenmq sns http-delivery", () => {
  it("needs nothing", async () => {
    const { listen } = await readHttpDeliveryOptions(parse());
    expect(listen).toEqual({ host: "127.0.0.1", port: 8080 });
  });

  it("takes all options, and reads the files that they name", async () => {
    const files = ["--key", join(folder, "key"), "--cert", join(folder, "cert"), "--ca", join(folder, "ca")];
    const others = [
      "--url",
      "amqp://h",
      "--region",
      "eu-central-1",
      "--listen",
      "0.0.0.0:81",
      "--public-url",
      "https://p",
    ];
    const limits = [
      "--concurrency",
      "5",
      "--timeout",
      "1000",
      "--allow-private-addresses",
      "--cert-url",
      "https://c/c.pem",
    ];
    expect(await readHttpDeliveryOptions(parse(...files, ...others, ...limits))).toEqual({
      rabbitmq: { url: "amqp://h" },
      region: "eu-central-1",
      listen: { host: "0.0.0.0", port: 81 },
      publicUrl: "https://p",
      signing: { privateKey: "key", certificate: "cert", certificateUrl: "https://c/c.pem" },
      ca: "ca",
      allowPrivateAddresses: true,
      concurrencyPerEndpoint: 5,
      timeoutMs: 1000,
    });
  });

  it.each([
    [["--listen", "nowhere"], "host:port, or a port, is needed"],
    [["--listen", "70000"], "host:port, or a port, is needed"],
    [["--concurrency", "0"], "A whole number from 1 on is needed"],
    [["--fast"], "unknown option '--fast'"],
  ])("%j is refused with what is wrong", (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });

  it("wants key and certificate together", async () => {
    await expect(readHttpDeliveryOptions(parse("--key", join(folder, "key")))).rejects.toThrow("belong together");
  });

  it("is a command of the program", () => {
    const sns = buildProgram().commands.find((command) => command.name() === "sns");
    expect(sns?.commands.map((command) => command.name())).toEqual(["http-delivery"]);
  });
});
