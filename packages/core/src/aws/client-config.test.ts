import { mkdtempSync, existsSync, rmSync, writeFileSync } from "node:fs";
import fileSystem from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { resolveClientConfig } from "./client-config.ts";

// Before the SDK is loaded: it takes `readFile` from the module once.
const readFile = vi.spyOn(fileSystem, "readFile");
syncBuiltinESMExports();
const { SQSClient } = await import("@aws-sdk/client-sqs");

describe("a client's configuration", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "client-config-"));
    const config = join(folder, "config");
    const credentialProcess = `touch ${join(folder, "was-run")}`;
    writeFileSync(
      config,
      `[default]\nregion = mars-1\ncredential_process = ${credentialProcess}\nmax_attempts = 9\nuse_fips_endpoint = maybe\n`,
    );
    for (const name of [
      "AWS_REGION",
      "AWS_DEFAULT_REGION",
      "AWS_PROFILE",
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
    ]) {
      vi.stubEnv(name, undefined);
    }
    vi.stubEnv("HOME", folder);
    vi.stubEnv("AWS_CONFIG_FILE", config);
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", config);
    readFile.mockClear();
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it("reads no file, profile or credential process, whichever option is asked for", async () => {
    const { config } = new SQSClient(resolveClientConfig({}));
    await expect(config.region()).resolves.toBe("us-east-1");
    await expect(config.credentials()).resolves.toMatchObject({ accessKeyId: "rabbitmq" });
    await expect(config.maxAttempts()).resolves.toBe(3);
    await expect(config.useFipsEndpoint()).resolves.toBe(false);
    await expect(config.useDualstackEndpoint()).resolves.toBe(false);
    await expect(config.userAgentAppId()).resolves.toBe("");
    await expect(config.authSchemePreference()).resolves.toEqual([]);
    expect(readFile).not.toHaveBeenCalled();
    expect(existsSync(join(folder, "was-run"))).toBe(false);
  });

  it("would read that file without these defaults (the spy works)", async () => {
    const { config } = new SQSClient({});
    await expect(config.region()).resolves.toBe("mars-1");
    expect(readFile).toHaveBeenCalled();
  });

  it("takes the region from the options, then from AWS_REGION, then from AWS_DEFAULT_REGION", () => {
    const env = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-2" };
    expect(resolveClientConfig({ region: "eu-central-1" }, env).region).toBe("eu-central-1");
    expect(resolveClientConfig({ region: undefined }, env).region).toBe("eu-west-1");
    expect(resolveClientConfig({}, { AWS_DEFAULT_REGION: "eu-west-2" }).region).toBe("eu-west-2");
  });

  it("keeps the caller's options, save for those that need HTTP", () => {
    const credentials = { accessKeyId: "own", secretAccessKey: "own" };
    const resolved = resolveClientConfig({ credentials, maxAttempts: 7, requestHandler: { requestTimeout: 5 } }, {});
    expect(resolved).toMatchObject({ credentials, maxAttempts: 7, md5: false });
    expect(resolved.requestHandler.metadata).toEqual({ handlerProtocol: "amqp" });
  });

  it("keeps an AMQP endpoint, which holds a password, out of the SDK's hands", () => {
    expect(resolveClientConfig({ endpoint: "amqps://user:secret@broker/vhost" }, {})).not.toHaveProperty("endpoint");
  });

  it("keeps an emulator's endpoint readable, and warns once that it is not used", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const { config } = new SQSClient(resolveClientConfig({ endpoint: "http://user:secret@localhost:4566" }, {}));
    resolveClientConfig({ endpoint: "http://localhost:9324" }, {});
    await expect(config.endpoint?.()).resolves.toMatchObject({ hostname: "localhost", port: 4566 });
    const warnings = warn.mock.calls.filter(([text]) => String(text).includes("endpoint"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.[0]).toMatch(/http:\/\/localhost:4566 is ignored.*RABBITMQ_URL/u);
    warn.mockRestore();
  });

  it("has a request handler that refuses HTTP", async () => {
    const { requestHandler } = resolveClientConfig({}, {});
    await expect(requestHandler.handle({ method: "POST" })).rejects.toThrow("cannot send an HTTP request");
  });
});
