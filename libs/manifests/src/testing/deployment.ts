/** A Deployment as YAML whose one container is `container`, in one line of YAML; it obeys every rule that is not about that. */
export function deployment(container: string, labels = "{app: backend}"): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: backend, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: backend}}
  template:
    metadata: {labels: ${labels}}
    spec:
      securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: app
          image: example.com/backend:1.0
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          ${container}
`;
}

/** A Service of {@link deployment}'s pods, with its one port in one line of YAML. */
export function service(port: string, spec = ""): string {
  return `apiVersion: v1
kind: Service
metadata: {name: backend, namespace: shop}
spec:
  selector: {app: backend}
  ${spec}
  ports: [${port}]
`;
}
