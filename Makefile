# Erratum. Two commands matter to a newcomer: make demo, make test.
# `make check` is exactly what CI runs.

GO       ?= go
BIN      := bin/bot
DATA     ?= ../shared/data
FUZZTIME ?= 10s
RACEPKGS ?= ./...
SEED     ?= 1
KILLS    ?= 500

export CGO_ENABLED ?= 0

.PHONY: demo run test race lint arch vuln fuzz golden quality fit screens realpages simulate bench scale check long chaos image build redis clean

build: ## the binary, static
	$(GO) build -trimpath -o $(BIN) ./cmd/bot

demo: build ## the real program against the bundled news site; SCRIPTED=1 plays it through, DISCORD=1 shows it in a channel
	@$(BIN) demo $(if $(SCRIPTED),--scripted) $(if $(DISCORD),--discord)

screens: build ## the pictures in docs/, taken anew from the Discord demo; then look at them
	sh tools/screens.sh

run: build
	$(BIN) run

test: redis ## everything but the race detector
	$(GO) test ./...

race: redis ## one package at a time: killed programs that start anew beside others' load miss their moments; of a play on virtual time a lone goroutine is raced in vain
	CGO_ENABLED=1 $(GO) test -race -p 1 -skip '^TestNeighbours$$' $(RACEPKGS)

lint:
	$(GO) vet ./...
	@test -z "$$(gofmt -l cmd internal deploy)" || { gofmt -l cmd internal deploy; echo 'run gofmt -w on these files'; exit 1; }
	$(GO) tool -modfile=tools/go.mod golangci-lint run ./...

arch: ## who may import whom
	$(GO) test -count=1 ./internal/deps

vuln: ## known holes, where the database can be reached
	@$(GO) tool -modfile=tools/go.mod govulncheck ./... || { code=$$?; \
	  if [ $$code -eq 3 ]; then exit 3; fi; echo 'govulncheck could not reach its database: not checked'; }

fuzz: ## each fuzz target for FUZZTIME
	GO=$(GO) FUZZTIME=$(FUZZTIME) sh tools/fuzz.sh

golden: ## refresh golden files, then look at the difference
	$(GO) test $$(grep -rl 'flag.Bool("update"' internal | xargs -n1 dirname | sort -u | sed 's,^,./,') -update
	git diff --stat

quality: ## the figures of docs/design.md on DATA; QUALITY="--row pairs --worst 30" looks at one row
	@$(GO) build -trimpath -o bin/quality ./cmd/quality
	@bin/quality --data "$(DATA)" $(QUALITY)

fit: ## the weights by which the extractor chooses blocks, fitted anew to DATA
	$(GO) run ./cmd/quality --data "$(DATA)" --fit internal/extract/weights.txt

realpages: ## every saved page of DATA watched by the real program, edits planted
	DATA=$(abspath $(DATA)) $(GO) test -tags quality -count=1 -timeout 40m -run TestRealPages -v ./internal/app

simulate: ## a virtual month of 2,000 articles on 40 hosts, of known truth; SEED=2 is another
	ERRATUM_MONTH=full SEED=$(SEED) $(GO) test -count=1 -run TestEditsOfAMonth ./internal/quality
	ERRATUM_MONTH=full SEED=$(SEED) $(GO) test -count=1 -timeout 5h -run 'TestMonth$$' -v ./internal/app

bench: ## what a check costs beside a floor and two libraries (with DATA), then the small benchmarks
	cd tools/bench && $(GO) run . --data "$(abspath $(DATA))"
	DATA=$(abspath $(DATA)) $(GO) test -run '^$$' -bench . -benchmem ./internal/...

scale: ## memory, disk and starts with 100,000 watches of ten revisions, in a file and on Redis
	ERRATUM_SCALE=$(or $(WATCHES),100000) $(GO) test -count=1 -timeout 4h -v -run TestScale ./cmd/bot

check: ## exactly what CI runs
	bash .ci/run

long: chaos ## what takes longer than CI allows
	$(MAKE) fuzz FUZZTIME=5m
	sh tools/chromium.sh
	ERRATUM_LONG=1 $(GO) test -count=1 -timeout 60m ./internal/app ./internal/browser ./internal/discord ./internal/store/...

chaos: redis ## 500 bots killed on each store, servers and networks with them; KILLS=50 is shorter
	ERRATUM_CHAOS=$(KILLS) $(GO) test -count=1 -timeout 2h -run 'TestChaos|TestFrozen' -v ./internal/app

image: ## container image (needs a Docker engine)
	docker build -f deploy/Dockerfile -t erratum:local .

redis: ## a real redis-server for the tests of its store
	@command -v redis-server >/dev/null || sh tools/redis.sh

clean:
	rm -rf bin
