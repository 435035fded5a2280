export { parseTopology, topologyText } from "./topology.ts";
export type { Topology, TopologyQueue, TopologyStream, TopologySubscription, TopologyTopic } from "./topology.ts";
