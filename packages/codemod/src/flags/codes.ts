/**
 * How much a finding matters: `blocked` needs a person before the migration can be finished, `review` needs one to look,
 * `info` is worth knowing.
 */
export type Severity = "blocked" | "review" | "info";

/** Every code. They are stable: reports, suppressions and dashboards refer to them. */
export const FLAG_CODES = [
  "DYNAMIC_SPECIFIER",
  "SUBPATH",
  "UNKNOWN_EXPORT",
  "FOREIGN_EXCEPTION",
  "PUBLIC_API",
  "PARSE_ERROR",
  "SKIPPED_FILE",
  "COMPONENT_REF",
  "TEXT_REF",
  "DOCS_REF",
  "CONFIG_REF",
  "V2_MANUAL",
  "V2_MOCK",
  "V2_TYPE",
  "V2_DATA",
  "ERROR_CODE",
  "CONNECTION_CONFIG",
  "CLIENT_OPTION",
  "MIDDLEWARE",
  "SDK_LIB",
  "SDK_MOCK",
  "XRAY",
  "TELEMETRY",
  "LOCAL_EMULATOR",
  "LAMBDA_HANDLER",
  "LAMBDA_EVENT_SOURCE",
  "SMS",
  "PUSH",
  "SUBSCRIPTION_PROTOCOL",
  "MESSAGE_STRUCTURE",
  "KINESIS_EFO",
  "KCL",
  "FIREHOSE",
  "RAW_HTTP",
  "ADDRESS_LITERAL",
  "ADDRESS_BUILD",
  "MANIFEST_BROKEN",
  "MANIFEST_GENERATED",
  "MANIFEST_ALIAS",
  "MANIFEST_OVERRIDE",
  "MANIFEST_KEPT",
  "UNDECLARED_DEP",
  "IAM_POLICY",
  "ALARM",
  "EVENT_TARGET",
  "OPAQUE_MODULE",
  "ADJACENT",
] as const;

/** The code of a finding. */
export type FlagCode = (typeof FLAG_CODES)[number];
