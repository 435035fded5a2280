import { BROKER_VERSIONS, isBrokerVersion } from "./broker-version.ts";
import type { BrokerVersion } from "./broker-version.ts";

/** What {@link startBroker} can be asked for. Everything is optional. */
export interface StartBrokerOptions {
  /**
   * The RabbitMQ version, or `"any"` for whatever is at hand.
   * @default the environment variable `WARRENMQ_BROKER_VERSION`, else `"any"`
   */
  readonly version?: BrokerVersion | "any";
  /**
   * Plugins to enable, `rabbitmq_management` say.
   * @default none
   */
  readonly plugins?: readonly string[];
  /**
   * Lines added to the node's rabbitmq.conf.
   * @default none
   */
  readonly config?: string;
  /**
   * Adds a TLS listener with a throw-away certificate for `localhost` and 127.0.0.1 (see {@link BrokerTls}). Needs `openssl` on the PATH.
   * @default false
   */
  readonly tls?: boolean;
  /**
   * Start a broker of one's own even when `RABBITMQ_URL` is set: for tests that kill, pause or restart it. Implied by `plugins`, `config`, `tls` and a `version`.
   * @default false
   */
  readonly own?: boolean;
}

/** Options with their defaults and the environment applied. */
export interface ResolvedBrokerOptions {
  readonly version: BrokerVersion | undefined;
  readonly plugins: readonly string[];
  readonly config: string;
  readonly tls: boolean;
  /** The broker of `RABBITMQ_URL`, when it is set and nothing in the options rules it out. */
  readonly url: string | undefined;
}

/** Reads options and environment. Throws on a version that is not one of {@link BROKER_VERSIONS}. */
export function resolveBrokerOptions(
  options: StartBrokerOptions,
  env: Readonly<Record<string, string | undefined>>,
): ResolvedBrokerOptions {
  const version = resolveVersion(options.version ?? nonEmpty(env["WARRENMQ_BROKER_VERSION"]) ?? "any");
  const plugins = options.plugins ?? [];
  const config = options.config ?? "";
  const tls = options.tls ?? false;
  const own = options.own === true || version !== undefined || plugins.length > 0 || config !== "" || tls;
  return { version, plugins, config, tls, url: own ? undefined : nonEmpty(env["RABBITMQ_URL"]) };
}

function resolveVersion(text: string): BrokerVersion | undefined {
  if (text === "any") return undefined;
  if (isBrokerVersion(text)) return text;
  throw new Error(`RabbitMQ version '${text}' is not available: ask for one of ${BROKER_VERSIONS.join(", ")} or "any"`);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
