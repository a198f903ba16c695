{{/* Commands that the notes of modes tell. */}}
{{- define "lab.kubectl" -}}
kubectl -n {{ .Release.Namespace }}
{{- end }}

{{/* Calls the backend from the client's pod; its target follows. */}}
{{- define "lab.greet" -}}
{{ include "lab.kubectl" . }} exec deploy/client -- lab greet
{{- end }}

{{/* Two more pods of the backend. */}}
{{- define "lab.scaleUp" -}}
{{ include "lab.kubectl" . }} scale deploy/backend --replicas={{ add .Values.backend.replicas 2 }}
{{- end }}

{{/* As many as before. */}}
{{- define "lab.scaleBack" -}}
{{ include "lab.kubectl" . }} scale deploy/backend --replicas={{ int .Values.backend.replicas }}
{{- end }}
