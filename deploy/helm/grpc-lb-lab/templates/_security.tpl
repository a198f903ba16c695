{{/* The securityContext of every pod. OpenShift assigns users and groups itself, and refuses a pod that names another. */}}
{{- define "lab.podSecurityContext" -}}
{{- $context := .Values.podSecurityContext -}}
{{- if .Values.openshift -}}
{{- $context = omit $context "runAsUser" "runAsGroup" "fsGroup" -}}
{{- end -}}
{{- toYaml $context -}}
{{- end }}
