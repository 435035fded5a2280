import { matchesVersion } from "./broker-version.ts";
import type { BrokerVersion } from "./broker-version.ts";
import { canInstallPackages, installPackage } from "./debian-packages.ts";
import { debianRootInstall } from "./debian-root.ts";
import { installedVersion, localInstall } from "./server-install.ts";
import type { ServerInstall } from "./server-install.ts";

/** The `rabbitmq-server` of this machine, when it has the version that was asked for. */
export async function matchingLocalInstall(version: BrokerVersion | undefined): Promise<ServerInstall | undefined> {
  const local = await localInstall();
  if (local === undefined || version === undefined) return local;
  return matchesVersion(await installedVersion(local), version) ? local : undefined;
}

/** Gets a server by installing it: a Debian root folder for a version, else the machine's own package. */
export async function newInstall(version: BrokerVersion | undefined): Promise<ServerInstall> {
  if (version !== undefined) return debianRootInstall(version);
  if (await canInstallPackages()) {
    await installPackage("rabbitmq-server", async () => (await localInstall()) !== undefined);
  }
  const install = await localInstall();
  if (install !== undefined) return install;
  throw new Error(
    "no RabbitMQ found: set RABBITMQ_URL, or start Docker and install the package testcontainers, or put a rabbitmq-server on " +
      "the PATH (it is installed by itself as root on Debian)",
  );
}
