/** The loopback ports of a node. */
export interface NodePorts {
  readonly amqp: number;
  readonly distribution: number;
  readonly tls: number | undefined;
  readonly management: number | undefined;
  readonly stream: number | undefined;
  readonly streamTls: number | undefined;
}

/** All that tells one node from another. */
export interface NodeSettings {
  /** The full Erlang node name, `warrenmq-…@127.0.0.1`. */
  readonly name: string;
  /** The node's folder, as it sees it. */
  readonly folder: string;
  readonly ports: NodePorts;
  readonly plugins: readonly string[];
  /** More lines for rabbitmq.conf. */
  readonly config: string;
  /** The full names of all nodes of its cluster; empty for a broker of one node. */
  readonly peers: readonly string[];
}

/** The node's rabbitmq.conf: loopback only, no alarms on small machines, quiet log. */
export function rabbitmqConf({ folder, ports, peers, config }: NodeSettings): string {
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${ports.amqp}`,
    "disk_free_limit.absolute = 50MB",
    "vm_memory_high_watermark.absolute = 2GB",
    // The default reads /proc, which a Debian root folder does not have.
    "vm_memory_calculation_strategy = allocated",
    "log.file.level = warning",
    "log.console = false",
  ];
  if (ports.tls !== undefined) {
    lines.push(`listeners.ssl.1 = 127.0.0.1:${ports.tls}`, ...tlsLines(folder));
  }
  if (ports.management !== undefined) {
    lines.push("management.tcp.ip = 127.0.0.1", `management.tcp.port = ${ports.management}`);
  }
  if (ports.stream !== undefined) {
    lines.push(`stream.listeners.tcp.1 = 127.0.0.1:${ports.stream}`);
    lines.push("stream.advertised_host = 127.0.0.1", `stream.advertised_port = ${ports.stream}`);
  }
  if (ports.streamTls !== undefined) {
    lines.push(`stream.listeners.ssl.1 = 127.0.0.1:${ports.streamTls}`);
    lines.push(`stream.advertised_tls_port = ${ports.streamTls}`);
  }
  if (peers.length > 0) lines.push("cluster_formation.peer_discovery_backend = classic_config");
  lines.push(...peers.map((peer, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${peer}`));
  return `${[...lines, config].join("\n")}\n`;
}

function tlsLines(folder: string): string[] {
  return [
    `ssl_options.cacertfile = ${folder}/ca.pem`,
    `ssl_options.certfile = ${folder}/server.pem`,
    `ssl_options.keyfile = ${folder}/server.key`,
  ];
}

/** Variables that keep a node inside its folder: https://www.rabbitmq.com/docs/configure#supported-environment-variables */
export function nodeEnvironment({ name, folder, ports }: NodeSettings): Record<string, string> {
  return {
    RABBITMQ_NODENAME: name,
    RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_MNESIA_BASE: `${folder}/data`,
    RABBITMQ_LOG_BASE: `${folder}/log`,
    RABBITMQ_CONF_ENV_FILE: `${folder}/rabbitmq-env.conf`,
    RABBITMQ_CONFIG_FILE: `${folder}/rabbitmq.conf`,
    RABBITMQ_CONFIG_FILES: `${folder}/conf.d`,
    RABBITMQ_ADVANCED_CONFIG_FILE: `${folder}/advanced.config`,
    RABBITMQ_ENABLED_PLUGINS_FILE: `${folder}/enabled_plugins`,
    RABBITMQ_PID_FILE: `${folder}/pid`,
    // A node that cannot start would leave a file erl_crash.dump.
    ERL_CRASH_DUMP_SECONDS: "0",
    // Makes the script replace itself by the Erlang machine, so that the process we started is the broker.
    RUNNING_UNDER_SYSTEMD: "true",
    // Two schedulers that sleep when idle: several brokers share a small machine.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
  };
}

/** The same for `rabbitmqctl`, which opens a distribution port as well. */
export function ctlEnvironment(): Record<string, string> {
  return {
    // Without a port mapper of its own, which would outlive the broker.
    RABBITMQ_CTL_ERL_ARGS: "+S 1:1 -start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
    RABBITMQ_CTL_DIST_PORT_MIN: "18000",
    RABBITMQ_CTL_DIST_PORT_MAX: "32000",
  };
}
