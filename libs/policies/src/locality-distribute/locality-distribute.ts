import { drawn } from "../bounds.ts";
import { destinationRule, istio } from "../dialects/istio.ts";
import type { Policy } from "../policy.ts";
import { answeredInOwnZone, zonesDoNotMatter } from "../zones.ts";

const PODS = 4;
const CALLS = 300;

/** `locality-distribute`: each zone gets so many of the calls, however many pods it has. */
export const localityDistribute: Policy<{ region: string; zone: string; other: string; ownPercent: number }> = {
  name: "locality-distribute",
  title: "weights of zones",
  // The zones of every stage. In which of them a client is, the scheduler decides.
  parameters: { region: "lab", zone: "lab-a", other: "lab-b", ownPercent: 85 },
  source: "https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/distribute/",
  asks: ({ zone, other, ownPercent }) =>
    `of the calls from the zone ${zone}, ${ownPercent} % stay there, and the others go to ${other}; and the other way round`,
  dialects: ({ region, zone, other, ownPercent }) => {
    const [here, there] = [`${region}/${zone}/*`, `${region}/${other}/*`];
    const keeping = (from: string, to: string) => ({ from, to: { [from]: ownPercent, [to]: 100 - ownPercent } });
    const distribute = [keeping(here, there), keeping(there, here)];
    return {
      Istio: istio(destinationRule({ trafficPolicy: { loadBalancer: { localityLbSetting: { distribute } } } })),
    };
  },
  fields: [
    { dialect: "Istio", kind: "DestinationRule", path: "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute" },
  ],
  trial: () => ({
    clientZone: true,
    pods: PODS,
    load: { rate: 100, calls: CALLS },
    roughSeconds: CALLS / 100,
  }),
  obeyed: (seen, { ownPercent }) => [
    drawn(
      { id: "own-zone", what: "calls that pods of the client's zone answered" },
      answeredInOwnZone(seen.records, seen),
      seen.records.length,
      ownPercent / 100,
    ),
  ],
  ignored: (seen) => [zonesDoNotMatter(seen.records, seen)],
  // It changes among which pods a hop picks, and not how.
  onPath: (path) => path,
};
