{{/*
What is particular to the mode, for all other templates, none of which compares its name: (include "lab.mode" . | fromYaml).mesh

Each mode says it in templates/modes/<mode>.yaml, as the template lab.mode.<mode>. What it leaves out is as lab.modeDefaults has it.
*/}}
{{- define "lab.mode" -}}
{{- include "lab.refuseUnknownMode" . -}}
{{- $own := include (printf "lab.mode.%s" .Values.mode) . | fromYaml -}}
{{- with $own.Error -}}
{{- fail (printf "templates/modes/%s.yaml: the template does not render valid YAML: %s" $.Values.mode .) -}}
{{- end -}}
{{- $defaults := include "lab.modeDefaults" . | fromYaml -}}
{{- range $trait, $_ := $own -}}
{{- if not (hasKey $defaults $trait) -}}
{{- fail (printf "templates/modes/%s.yaml: no template reads %s: correct the name, or add it to lab.modeDefaults" $.Values.mode $trait) -}}
{{- end -}}
{{- end -}}
{{- merge $own $defaults | toYaml -}}
{{- end }}

{{/* All that a mode may say of itself, and what goes for one that does not. */}}
{{- define "lab.modeDefaults" -}}
# How client and frontend reach the backend: their environment, over which client.settings goes.
clientSettings: {}
# Environment of theirs that client.settings does not change, as a list of a container.
clientEnv: []
# Whether they ask the API server, and so have a token.
clientToken: false
# Environment of backend and echo, as a list of a container.
serverEnv: []
# On the pods of backend and echo.
serverLabels: {}
# On the pods of backend, echo, client and frontend.
podAnnotations: {}
# On the pod of `helm test` that asks the frontend.
testLabels: {}
testAnnotations: {}
# Of the backend's pods, so many answer the calls of one client.
answeringPods: {{ int .Values.backend.replicas }}
# What the backend's port is said to speak.
appProtocol: grpc # What Istio takes the port for; of its name it would see the same.
# Whether there is the Service backend-headless.
headless: false
# Whether Istio injects, takes mtls and echo.weights, and refuses plaintext.
mesh: false
# The strictest level of Pod Security that lets the mode run: privileged, baseline or restricted.
podSecurity: restricted
# What to try, in NOTES.txt.
notes: ""
{{- end }}
