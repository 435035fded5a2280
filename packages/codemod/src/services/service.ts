import { KINESIS_EXPORTS } from "./kinesis-exports.ts";
import { SNS_EXPORTS } from "./sns-exports.ts";
import { SQS_EXPORTS } from "./sqs-exports.ts";

/** The services that WarrenMQ answers. */
export const SERVICE_NAMES = ["sqs", "sns", "kinesis"] as const;

/** `sqs`, `sns` or `kinesis`. */
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** The range that manifests get for WarrenMQ's packages, which are all released under one version. */
export const WARRENMQ_RANGE = "^0.1.0";

/** One AWS client and what replaces it. */
export interface Service {
  readonly name: ServiceName;
  /** `@aws-sdk/client-sqs`. */
  readonly awsPackage: string;
  /** `@warrenmq/client-sqs`. */
  readonly warrenPackage: string;
  /** The class of aws-sdk v2, which v3 keeps as the aggregated class: `SQS`. */
  readonly aggregatedClass: string;
  /** `SQSClient`. */
  readonly clientClass: string;
  /** Every name that both packages export. */
  readonly exports: ReadonlySet<string>;
  /** `sendMessage` and so on: the methods of the aggregated class. */
  readonly methods: ReadonlySet<string>;
}

/** The table of services. */
export const SERVICES: Readonly<Record<ServiceName, Service>> = {
  sqs: service("sqs", "SQS", SQS_EXPORTS),
  sns: service("sns", "SNS", SNS_EXPORTS),
  kinesis: service("kinesis", "Kinesis", KINESIS_EXPORTS),
};

/** All services, in the order of the table. */
export const ALL_SERVICES: readonly Service[] = Object.values(SERVICES);

/** The service of `@aws-sdk/client-sqs` or of a path below it. */
export function serviceOfSpecifier(specifier: string): Service | undefined {
  return ALL_SERVICES.find(({ awsPackage }) => specifier === awsPackage || specifier.startsWith(`${awsPackage}/`));
}

/** The service whose aggregated class has this name. */
export function serviceOfClass(name: string): Service | undefined {
  return ALL_SERVICES.find(({ aggregatedClass }) => aggregatedClass === name);
}

/** Whether the text is the name of a service. */
export function isServiceName(text: string): text is ServiceName {
  return SERVICE_NAMES.some((name) => name === text);
}

function service(name: ServiceName, aggregatedClass: string, names: readonly string[]): Service {
  const commands = names.filter((exported) => /^[A-Z].*Command$/.test(exported));
  return {
    name,
    awsPackage: `@aws-sdk/client-${name}`,
    warrenPackage: `@warrenmq/client-${name}`,
    aggregatedClass,
    clientClass: `${aggregatedClass}Client`,
    exports: new Set(names),
    methods: new Set(commands.map((command) => lowerFirst(command.slice(0, -"Command".length)))),
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
