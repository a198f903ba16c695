import type { Labels } from "../manifest.ts";

/** The parts of a VirtualService that rules read. https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
export interface VirtualServiceSpec {
  readonly hosts?: readonly string[];
  readonly gateways?: readonly string[];
  readonly http?: readonly HttpRoute[];
}

export interface HttpRoute {
  /** Whose calls it is for; default: all. */
  readonly match?: readonly {
    readonly gateways?: readonly string[];
    readonly sourceNamespace?: string;
    readonly sourceLabels?: Labels;
    readonly port?: number;
  }[];
  /** A VirtualService without hosts that has the routes. */
  readonly delegate?: { readonly name: string; readonly namespace?: string };
  readonly route?: readonly { readonly destination: { readonly host: string; readonly subset?: string } }[];
  readonly retries?: { readonly attempts?: number };
  readonly fault?: { readonly abort?: { readonly percentage?: object; readonly percent?: number } };
  readonly corsPolicy?: object;
  readonly redirect?: object;
  readonly directResponse?: object;
}

/** Whether it is for clients in the mesh, as it is by default. */
export function isForMesh({ gateways = ["mesh"] }: VirtualServiceSpec): boolean {
  return gateways.includes("mesh");
}
