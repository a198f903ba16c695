/** What `deploy/` calls things; the same in every overlay and in the chart. */
export const BACKEND = "backend";
export const CLIENT = "client";
/** The application's container in every pod of the lab. */
export const APP_CONTAINER = "app";
/** The backend's admin port. */
export const ADMIN_PORT = 9090;
/** The backend's gRPC port. */
export const GRPC_PORT = 50051;
/** The label of everything that belongs to a mode. */
export const MODE_LABEL = "grpc-lb-lab/mode";

/** Where an object keeps what it was before the lab changed it, for a lab that was killed to be cleaned up after. */
export const BEFORE_ANNOTATION = "grpc-lb-lab/before";
/** The same as a path of a JSON patch (RFC 6901 escapes the slash). */
export const BEFORE_ANNOTATION_PATH = `/metadata/annotations/${BEFORE_ANNOTATION.replace("/", "~1")}`;
