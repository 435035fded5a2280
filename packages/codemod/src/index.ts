// Analysing a project, and what is known about it then.
export { analyseProject } from "./project/analyse-project.ts";
export type { OnProgress } from "./project/analyse-project.ts";
export { defaultOptions } from "./project/options.ts";
export type { ProjectOptions } from "./project/options.ts";
export type { EditReport, FileChange, FileMove, ProjectReport } from "./project/project-report.ts";
export type { FlagCode, Severity } from "./flags/codes.ts";
export { FLAGS } from "./flags/kinds.ts";
export type { FlagKind } from "./flags/kinds.ts";
export type { Finding } from "./flags/finding.ts";
export type { SkippedFile } from "./engine/find-files.ts";
export type { ServiceName } from "./services/service.ts";

// The messaging of a project.
export type {
  Actor,
  Address,
  Edge,
  Inventory,
  InventoryItems,
  Node,
  Place,
  Remark,
  Resource,
  ResourceKind,
  Role,
  Source,
  Subscription,
  VariableValue,
} from "./inventory/inventory.ts";

// What must exist on a broker.
export { parseTopology, topologyText } from "./topology/topology.ts";
export type {
  Topology,
  TopologyQueue,
  TopologyStream,
  TopologySubscription,
  TopologyTopic,
} from "./topology/topology.ts";

// Reports as texts.
export { reportText } from "./report/write-report.ts";
export type { ReportFormat } from "./report/report-format.ts";
