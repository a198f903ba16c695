export { ENVOY as program } from "@grpc-lb-lab/envoy";
