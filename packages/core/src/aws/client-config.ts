import { isAmqpUrl } from "./broker-options.ts";
import { LocalRequestHandler } from "./local-request-handler.ts";

/** The options of an AWS SDK client which the seam looks at. */
export interface ClientConfigInput {
  readonly region?: unknown;
  readonly credentials?: unknown;
  readonly endpoint?: unknown;
}

/** What {@link resolveClientConfig} sets, whatever the caller gave. */
export interface ForcedClientConfig {
  readonly requestHandler: LocalRequestHandler;
  /** The SDK would compare MD5s that this process has computed from the same bytes a moment before. */
  readonly md5: false;
  readonly endpointProvider: () => { readonly url: URL };
}

/** Values for options that the SDK would otherwise look up in profiles, files or a metadata service. */
export interface DefaultClientConfig {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
  readonly retryMode: string;
  readonly defaultsMode: "standard";
  readonly useDualstackEndpoint: boolean;
  readonly useFipsEndpoint: boolean;
  readonly userAgentAppId: string;
  readonly authSchemePreference: string[];
  readonly ignoreConfiguredEndpointUrls: boolean;
}

/** The caller's options, completed. */
export type ResolvedClientConfig<Config> = Omit<Config, keyof DefaultClientConfig | keyof ForcedClientConfig> & {
  readonly [Key in keyof DefaultClientConfig]:
    | DefaultClientConfig[Key]
    | (Key extends keyof Config ? NonNullable<Config[Key]> : never);
} & ForcedClientConfig;

const ENDPOINT = { url: new URL("https://rabbitmq.invalid/") };

/**
 * Completes a client's config so that the SDK looks up nothing: no profile, file, environment chain or metadata
 * service, and never "Region is missing". Options of the caller win, save for what would reach for the network:
 * `requestHandler` (there is no HTTP to tune), `endpointProvider` and `md5`.
 *
 * An `endpoint` that is an AMQP address is taken out; it is a credential, and not AWS's to parse. Any other one stays
 * readable at `client.config.endpoint`, is not used, and earns one process warning.
 */
export function resolveClientConfig<Config extends ClientConfigInput>(
  config: Config,
  env: NodeJS.ProcessEnv = process.env,
): ResolvedClientConfig<Config> {
  const { endpoint, ...rest } = config;
  const kept = endpoint === undefined || isAmqpUrl(endpoint) ? rest : config;
  if (kept === config) warnOfEndpoint(endpoint);
  const given = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- spreading keeps the caller's types, which `Object.fromEntries` forgets.
  return { ...defaults(env), ...given, ...forced() } as ResolvedClientConfig<Config>;
}

function defaults(env: NodeJS.ProcessEnv): DefaultClientConfig {
  return {
    region: env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || "us-east-1",
    credentials: { accessKeyId: "rabbitmq", secretAccessKey: "rabbitmq" },
    maxAttempts: 3,
    retryMode: "standard",
    defaultsMode: "standard",
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: "",
    authSchemePreference: [],
    ignoreConfiguredEndpointUrls: true,
  };
}

function forced(): ForcedClientConfig {
  return { requestHandler: new LocalRequestHandler(), md5: false, endpointProvider: () => ENDPOINT };
}

let warned = false;

function warnOfEndpoint(endpoint: unknown): void {
  if (warned) return;
  warned = true;
  const named = typeof endpoint === "string" ? ` ${originOf(endpoint)}` : "";
  process.emitWarning(
    `The endpoint${named} is ignored: this client talks to RabbitMQ. Set RABBITMQ_URL or an amqps:// endpoint instead.`,
    { type: "WarrenMQWarning", code: "WARRENMQ_ENDPOINT_IGNORED" },
  );
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "(not a URL)";
}
