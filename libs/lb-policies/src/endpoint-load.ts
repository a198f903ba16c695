/** What a policy knows of an endpoint. It outlives the endpoint's connections, and its absence from the list while calls are under way. */
export interface EndpointLoad {
  /** Calls that were given to the endpoint and have not ended. Only the {@link CallCounter} changes it. */
  inFlight: number;
}
