/** What `lab serve` can be, each with the port that it listens on by default. */
export const SERVICE_PORTS = { forwarder: 50_051, "kube-api": 8_080, "control-plane": 15_010 } as const;

/** The port that a stage tells a service by. */
export const STATE_PORT = 9_090;

/** The name of a part of a cluster that a container can stand in for. */
export type ServiceName = keyof typeof SERVICE_PORTS;
export const SERVICE_NAMES = Object.keys(SERVICE_PORTS) as readonly ServiceName[];
