# grpc-lb-lab: `make help` lists the targets. Each does its own set-up: a fresh clone needs nothing but make, npm and Python 3.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The workspace's own Node comes first, for every recipe.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# What may be given on the command line, as in `make images TAG=1`.
CLUSTER ?= lab
# Components that deploy-… adds to an overlay, as in COMPONENTS="openshift keepalive".
COMPONENTS ?=
# Values that helm-deploy-… sets beside the mode's, as in SET=openshift=true.
SET ?=
# What compare and e2e go through, as in MODES="plain watch"; empty: every mode that a cluster can run.
MODES ?=
# What e2e deploys by: kustomize or helm.
BY ?= kustomize
# The traffic policies that e2e tries under each mode, as in POLICIES=fault-abort,weights; empty: none.
POLICIES ?=
# Whether e2e makes all experiments, and test-containers all experiments and policies: FULL=1.
FULL ?=
# The CRDs of the Gateway API that gateway-api installs, as a file or an address; empty: the standard channel of a release.
GATEWAY_API ?=
# Helm 3 or 4, by the name that it is installed under.
HELM ?= helm
# Nothing touches a context that was not named or made by the lab.
CONTEXT ?= kind-$(CLUSTER)
export TAG BASE ENVOY_BASE PLATFORM REGISTRY CLUSTER CONTEXT NAMESPACE COMPONENTS SET MODES POLICIES BY HELM GATEWAY_API FULL

INSTALLED := node_modules/.package-lock.json

# Not `npm ci`: it refuses a lock file without the binaries of other platforms, which some registries do not have. The lock file is made
# on Linux, so other systems resolve afresh and get their own.
$(INSTALLED): package-lock.json package.json $(wildcard apps/*/package.json libs/*/package.json)
	npm install --no-save $(if $(filter Linux,$(shell uname -s)),,--no-package-lock)
	@touch $@

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9%-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: install
install: $(INSTALLED) ## Install the dependencies, including the right Node

.PHONY: demo
demo: install ## Run every experiment under every mode on this machine (ARGS="--modes plain,watch" passes options on)
	@lab demo $(ARGS)

.PHONY: truth
truth: install ## Try who obeys which traffic rule, and hold that against what is recorded (ARGS="--modes envoy --policies fault-abort")
	@lab truth $(ARGS)

.PHONY: matrix
matrix: install ## Show which experiment runs under which mode on which stage, and why others do not (ARGS="--stage containers")
	@lab matrix $(ARGS)

.PHONY: test
test: install ## Check types and run all tests
	@npm test

.PHONY: test-cluster
test-cluster: install ## Run the tests that need a cluster (CONTEXT=kind-lab)
	@LAB_KUBE_CONTEXT=$(CONTEXT) npm run --silent test:cluster

.PHONY: images
images: install ## Build the images (TAG=dev BASE=… ENVOY_BASE=… PLATFORM=linux/arm64), each with its SBOM in out/images
	@scripts/images/build.sh

.PHONY: base-image
base-image: install ## Make the base images from Debian packages, for machines that cannot reach a registry
	@scripts/images/base-image.sh node grpc-lb-lab/node-base:debian
	@scripts/images/base-image.sh envoy grpc-lb-lab/envoy-base:debian

.PHONY: push
push: ## Push the images (REGISTRY=europe-docker.pkg.dev/my-project/grpc-lb-lab)
	@scripts/images/push.sh

.PHONY: load
load: ## Copy the images into the nodes of a kind cluster (CLUSTER=lab)
	@scripts/images/load.sh

.PHONY: test-containers
test-containers: install ## Run the tests of images and of the containers stage (FULL=1: all experiments and policies); needs a Docker engine
	@npm run --silent test:containers

.PHONY: cluster
cluster: ## Make a kind cluster with two zones (CLUSTER=lab)
	@scripts/deploy/cluster.sh up

.PHONY: cluster-down
cluster-down: ## Delete the kind cluster
	@scripts/deploy/cluster.sh down

.PHONY: istio
istio: ## Install Istio, for the modes that need it (CONTEXT=kind-lab)
	@scripts/deploy/cluster.sh istio

.PHONY: gateway-api
gateway-api: ## Install the CRDs of the Gateway API, for the modes that need them; what is there stays (CONTEXT=kind-lab GATEWAY_API=file or URL)
	@scripts/deploy/cluster.sh gateway-api

# The same for every overlay of deploy/kustomize/overlays: the modes and the walk-throughs.
deploy-%: install ## Deploy a mode and wait until it is ready (CONTEXT=kind-lab COMPONENTS=… REGISTRY=… TAG=…)
	@node scripts/deploy/main.ts deploy $*

undeploy-%: install ## Remove a mode and its namespace
	@node scripts/deploy/main.ts undeploy $*

verify-%: install ## Run the experiments under a deployed mode (ARGS="--experiments share" passes options on)
	@lab verify $* --context $(CONTEXT) $(if $(NAMESPACE),--namespace $(NAMESPACE)) $(ARGS)

.PHONY: compare
compare: install ## Verify the deployed modes (all, or MODES="plain watch"), and report them side by side with the cost of calls
	@scripts/deploy/compare.sh

.PHONY: e2e
e2e: install ## Make a kind cluster, deploy all modes, verify their main claims, remove them (FULL=1: all experiments; BY=helm MODES="plain watch")
	@CLUSTER=$(if $(filter command line environment,$(origin CLUSTER)),$(CLUSTER),lab-e2e) scripts/deploy/e2e.sh

walkthrough-%: install ## Run a well-known walk-through: greeter, echo or endpointslices (CONTEXT=kind-lab)
	@node scripts/walkthrough/main.ts $*

diff-%: install ## Show two modes' manifests side by side, as in make diff-sidecar-proxyless
	@node scripts/deploy/main.ts diff $(subst -, ,$*)

.PHONY: record-istiod
record-istiod: install ## Record what istiod sends to proxyless gRPC, to compare the local control plane with it (CONTEXT=kind-lab)
	@node libs/control-plane/record/main.ts

helm-deploy-%: install ## Like deploy-…, but with the Helm chart (CONTEXT=kind-lab NAMESPACE=lab-… SET=… REGISTRY=… TAG=…)
	@node scripts/helm/main.ts deploy $*

helm-test-%: install ## Check that a mode deployed by Helm does what it promises
	@node scripts/helm/main.ts test $*

helm-undeploy-%: install ## Remove a mode deployed by Helm, and its namespace
	@node scripts/helm/main.ts undeploy $*

.PHONY: helm-package
helm-package: ## Check the Helm chart and pack it into out/helm
	@type $(HELM) >/dev/null 2>&1 || { echo "helm-package: $(HELM) is not installed: https://helm.sh/docs/intro/install" >&2; exit 2; }
	@$(HELM) lint --strict deploy/helm/grpc-lb-lab
	@$(HELM) package deploy/helm/grpc-lb-lab --destination out/helm

.PHONY: helm-readme
helm-readme: install ## Update the table of values in the chart's README
	@cd deploy/helm/grpc-lb-lab && npx --yes @bitnami/readme-generator-for-helm@2.7.2 --values values.yaml --readme README.md

.PHONY: lint
lint: install ## Check format, code, protos, scripts and the direction of dependencies
	@npm run --silent lint

.PHONY: format
format: install ## Format the code and fix what can be fixed
	@npm run --silent format

.PHONY: generate
generate: install ## Generate code from proto/, the result schema, the tables in README.md and docs/, and Envoy's configuration in deploy/
	@npm run --silent generate

.PHONY: overlays-doc
overlays-doc: install ## Write docs/overlays.md from the rendered overlays; needs kubectl or kustomize
	@node libs/manifests/src/overlays/main.ts

.PHONY: bench
bench: install ## Measure the lab itself
	@npm run --silent bench

.PHONY: clean
clean: ## Delete what was installed and made
	rm -rf node_modules out .nx
