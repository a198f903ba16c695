{{/* What pods ask of Istio's injector: annotations of the modes sidecar and proxyless. */}}
{{- define "lab.meshAnnotations" -}}
{{- if eq .Values.mode "sidecar" -}}
# Starts before the application and ends after it has drained, as its preStop and grace ask for.
sidecar.istio.io/nativeSidecar: "true"
# The admin port stays reachable from outside the mesh: probes, metrics, the API server's pod proxy, under STRICT too.
traffic.sidecar.istio.io/excludeInboundPorts: "9090"
{{- else -}}
inject.istio.io/templates: grpc-agent
# gRPC reads its bootstrap when it starts, so the agent must have written it.
proxy.istio.io/config: '{"holdApplicationUntilProxyStarts": true}'
{{- end }}
{{- end }}

{{/* Environment of a server that takes its certificates from istiod. */}}
{{- define "lab.xdsServerEnv" -}}
- name: GRPC_SERVER
  value: xds
# Else an AuthorizationPolicy makes grpc-js-xds reject the whole listener.
- name: GRPC_XDS_EXPERIMENTAL_RBAC
  value: "true"
{{- end }}

{{/* Environment of a client that takes endpoints, policy and certificates from istiod. xDS knows full names only. */}}
{{- define "lab.xdsClientEnv" -}}
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: BACKEND_TARGET
  value: xds:///backend.$(POD_NAMESPACE).svc.cluster.local:50051
- name: GRPC_XDS_EXPERIMENTAL_RBAC
  value: "true"
{{- end }}
