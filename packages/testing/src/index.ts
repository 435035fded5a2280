export type { Broker, BrokerKind, BrokerTls } from "./broker.ts";
export type { BrokerVersion } from "./broker-version.ts";
export { startBroker } from "./start-broker.ts";
export type { StartBrokerOptions } from "./start-broker-options.ts";
export { uniqueName } from "./unique-name.ts";
export { until } from "./until.ts";
export type { UntilOptions } from "./until.ts";
