import type { Broker } from "@warrenmq/testing";

/** Cuts a node off from the others, which stay together. Its clients still reach it. */
export function split(node: Broker): Promise<string> {
  return node.ctl(["eval", "[begin erlang:set_cookie(N, split), erlang:disconnect_node(N) end || N <- nodes()]."]);
}

/** Connects it again. */
export function heal(node: Broker): Promise<string> {
  const peers = "N <- rabbit_nodes:list_members(), N =/= node()";
  return node.ctl([
    "eval",
    `[begin erlang:set_cookie(N, erlang:get_cookie()), net_kernel:connect_node(N) end || ${peers}].`,
  ]);
}
