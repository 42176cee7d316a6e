# make demo    the main job end to end on invented volcanoes, in release mode
# make test    format check, debug build, a short demo, all tests; prints each stage's seconds
# make simulate SEEDS=10000 FIRST_SEED=1
#              worlds by seed: coordinator, ledger and workers through crashes, losses of power and bad networks;
#              TRACE=1 SEEDS=1 FIRST_SEED=… tells one world's story
# make simulate-large
#              the scheduler with 10,000 workers and 1,000,000 units in virtual time, in release mode, half a minute
# make chaos   the real program under every kind of trouble, for half an hour; make test has a short form of it
#              (SEED=… makes the same trouble again, CASE=… has one case alone, by its name in the table)
# make model PATCHES=licsar-patches.h5
#              makes the default model anew and measures it, about 20 minutes on two cores; needs the Python packages
#              that Sources/volcsweep/DefaultModel/make_default_model.py names (PYTHON=… chooses the interpreter)
# make fuzz    100,000 damaged inputs for each decoder of our own; DECODER=onnx takes one, FIRST_SEED= and COUNT= others
# make build   the program in release mode, .build/release/volcsweep
# make bench-ledger
#              what the ledger costs: planning a million interferograms, and a unit's outcome and transitions
# make bench-dispatch
#              units a second that coordinator and ledger keep up with, beside dask, Parsl and raw ZeroMQ; needs the network
#              once, for their Python packages
# make bench-engine
#              AlexNet's patches a second with each library and precision, beside ONNX Runtime and OpenVINO from PyPI
# make bench-detection
#              what an interferogram costs on one core, beside OpenCV, NumPy and a Python pipeline, which it gets from PyPI
# make bench-synthesis
#              synthetic interferograms of 500 × 500 a second on one core
# make lint    the format check alone
# make format  mends the format
# make clean   removes what was built and the demo's folder

SWIFT_SOURCES = Sources Tests Package.swift
DEMO_FOLDER ?= demo-run

PYTHON ?= python3

FIRST_SEED ?= 0
COUNT ?= 100000

.PHONY: demo test chaos fuzz simulate simulate-large model build bench-ledger bench-dispatch bench-engine \
  bench-detection bench-synthesis lint format dependencies clean

demo: build
	cluster/local/demo.sh .build/release/volcsweep $(DEMO_FOLDER)

test:
	.ci/stages

simulate:
	swift build --product simulate
	SEEDS=$(SEEDS) FIRST_SEED=$(FIRST_SEED) TRACE=$(TRACE) .build/debug/simulate

simulate-large:
	swift build --configuration release --product simulate-large
	.build/release/simulate-large $(SEED)

fuzz: dependencies
	swift build --product volcsweep-fuzz
	.build/debug/volcsweep-fuzz $(if $(DECODER),--decoder $(DECODER)) --first-seed $(FIRST_SEED) --count $(COUNT)

chaos:
	swift build --build-tests
	OPENBLAS_NUM_THREADS=1 CHAOS_SCALE=long CHAOS_SEED=$(or $(SEED),$(shell date +%s)) CHAOS_CASE="$(CASE)" \
	  swift test --skip-build --disable-xctest --filter ChaosTests

model:
	@test -n "$(PATCHES)" || { echo "say where the patches are: make model PATCHES=licsar-patches.h5" >&2; exit 2; }
	$(PYTHON) Sources/volcsweep/DefaultModel/make_default_model.py $(PATCHES)

build: dependencies
	swift build --configuration release --product volcsweep

bench-ledger: dependencies
	swift build --configuration release --product ledger-bench
	.build/release/ledger-bench

bench-dispatch: dependencies
	swift build --configuration release --product dispatch-bench
	Tests/DispatchBench/run.sh .build/release/dispatch-bench

bench-engine: dependencies
	swift build --configuration release --product EngineBench
	Sources/EngineBench/bench.sh .build/release/EngineBench

bench-detection: dependencies
	swift build --configuration release --product DetectionBench
	Sources/DetectionBench/bench.sh .build/release/DetectionBench

bench-synthesis: dependencies
	swift build --configuration release --product synthesis-bench
	.build/release/synthesis-bench

dependencies:
	@cluster/install-dependencies.sh

lint:
	swift format lint --strict --recursive $(SWIFT_SOURCES)

format:
	swift format --in-place --recursive $(SWIFT_SOURCES)

clean:
	rm -rf .build $(DEMO_FOLDER)
