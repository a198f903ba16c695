{{/* Image and pull policy of an application: include "lab.image" (list . "backend") */}}
{{- define "lab.image" -}}
{{- $image := (first .).Values.image -}}
image: {{ $image.registry }}/{{ last . }}:{{ $image.tag }}
imagePullPolicy: {{ $image.pullPolicy }}
{{- end }}
