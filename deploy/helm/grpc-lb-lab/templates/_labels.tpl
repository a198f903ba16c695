{{/* Labels of every object. */}}
{{- define "lab.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: grpc-lb-lab
grpc-lb-lab/mode: {{ .Values.mode }}
{{- end }}
