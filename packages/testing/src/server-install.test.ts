import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installedVersion, localInstall } from "./server-install.ts";

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "server-install-test-")));
  await mkdir(join(folder, "rabbitmq_server-4.1.2", "sbin"), { recursive: true });
  await mkdir(join(folder, "bin"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a server that is linked into the PATH is run from its own folder, whose name tells the version", async () => {
  const scripts = join(folder, "rabbitmq_server-4.1.2", "sbin");
  await writeFile(join(scripts, "rabbitmq-server"), "", { mode: 0o755 });
  await symlink(join(scripts, "rabbitmq-server"), join(folder, "bin", "rabbitmq-server"));
  const install = await localInstall(`/nowhere:${join(folder, "bin")}`);
  expect(install).toMatchObject({ kind: "local", root: "", scripts });
  expect(install && (await installedVersion(install))).toBe("4.1.2");
});
