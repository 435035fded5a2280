/** The RabbitMQ versions (major.minor) that {@link startBroker} can be asked for. */
export const BROKER_VERSIONS = ["3.10", "4.0", "4.3"] as const;

/** One of {@link BROKER_VERSIONS}. */
export type BrokerVersion = (typeof BROKER_VERSIONS)[number];

/** Debian suites carry one RabbitMQ version each: https://packages.debian.org/rabbitmq-server */
const SUITES: Readonly<Record<BrokerVersion, string>> = { "3.10": "bookworm", "4.0": "trixie", "4.3": "sid" };

/** The Debian suite whose `rabbitmq-server` package has this version. */
export function debianSuite(version: BrokerVersion): string {
  return SUITES[version];
}

/** The official Docker image for a version; without one, the newest that is supported. */
export function dockerImage(version: BrokerVersion | undefined): string {
  return `rabbitmq:${version ?? "4.3"}`;
}

/** Narrows a string (from the environment, say) to a version that can be asked for. */
export function isBrokerVersion(text: string): text is BrokerVersion {
  const versions: readonly string[] = BROKER_VERSIONS;
  return versions.includes(text);
}

/** Whether a full version such as "3.10.8" belongs to a major.minor such as "3.10". */
export function matchesVersion(fullVersion: string, version: BrokerVersion): boolean {
  return fullVersion === version || fullVersion.startsWith(`${version}.`);
}
