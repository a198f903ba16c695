{{/* Image and pull policy of an application: include "lab.image" (list . "backend") */}}
{{- define "lab.image" -}}
{{- $image := (first .).Values.image -}}
image: {{ printf "%s/%s:%s" $image.registry (last .) $image.tag | quote }}
imagePullPolicy: {{ $image.pullPolicy }}
{{- end }}
