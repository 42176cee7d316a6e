# make demo    the main job end to end on invented volcanoes, in release mode
# make test    format check, debug build, a short demo, all tests; prints each stage's seconds
# make simulate SEEDS=10000 FIRST_SEED=1
#              worlds by seed: coordinator, ledger and workers through crashes, losses of power and bad networks;
#              TRACE=1 SEEDS=1 FIRST_SEED=… tells one world's story
# make simulate-large
#              the scheduler with 10,000 workers and 1,000,000 units in virtual time, in release mode, half a minute
# make chaos   the real program under every kind of trouble, for half an hour; make test has a short form of it
#              (SEED=… makes the same trouble again, CASE=… has one case alone, by its name in the table)
# make test-slurm
#              whole sweeps through volcsweep slurm submit on a private Slurm of three nodes, one of which is killed; a stage
#              of make test. Installs slurm-wlm and munge, needs root
# make soak    the same for some minutes: preemption, time limits, late coordinators, nodes with networks of their own
#              (SEED= and CASE= as for chaos)
# make model PATCHES=licsar-patches.h5
#              makes the default model anew and measures it by place, about an hour on two cores; needs
#              Python and, once, PyPI. What it makes on the way stays in MODEL_FOLDER=model-run, and after an interruption
#              it goes on from there
# make model-native PATCHES=licsar-patches.h5
#              the same by the program's own training; that model takes the shipped one's place only if it is good enough.
#              What it makes on the way stays in MODEL_FOLDER/native
# make model-check DATA=folder MODEL=fold-0.onnx
#              sweeps the real scenes of DATA, whole and blanked, and crops that show nothing, with a model that has seen
#              no patch of the Galápagos, then measures the shipped one on invented volcanoes on the heights of DATA/dem;
#              needs Python with h5py (PYTHON=… chooses the interpreter)
# make fuzz    100,000 damaged inputs for each decoder of our own, then LIBFUZZER_SECONDS=60 of libFuzzer on each from the
#              same sound inputs, for which all is built anew beside .build first, some minutes; LIBFUZZER_SECONDS=0 goes
#              without; DECODER=onnx takes one, FIRST_SEED= and COUNT= others
# make build   the program in release mode, .build/release/volcsweep
# make bench-ledger
#              what the ledger costs: planning a million interferograms, and a unit's outcome and transitions
# make bench-dispatch
#              units a second that coordinator and ledger keep up with, beside dask, Parsl and raw ZeroMQ; needs the network
#              once, for their Python packages
# make bench-global SCORES=Global_max_prob_Nov2015toNov2020.txt.gz
#              what a sweep of the published size costs besides computing: planning, coordinating, reducing
# make bench-engine
#              AlexNet's patches a second with each library and precision, beside ONNX Runtime and OpenVINO from PyPI
# make bench-detection
#              what an interferogram costs on one core, beside OpenCV, NumPy and a Python pipeline, which it gets from PyPI
# make bench-rescore
#              how much faster a new head scores from stored activations than a sweep does from pixels, on one core
# make bench-synthesis
#              synthetic interferograms of 500 × 500 a second on one core
# make bench-training
#              training steps of two networks on the machine's cores, beside PyTorch from PyPI on the same cores
# make docs    the pages of Sources/volcsweep/Documentation.docc as a site in .build/docs; fails for a warning, and for a
#              link, file, test, option or target that README, CONTRIBUTING, SECURITY or the pages name and that is not there
# make lint    the format check alone
# make format  mends the format
# make clean   removes what was built, and the folders of the demo and of the making of the model

SWIFT_SOURCES = Sources Tests Package.swift
DEMO_FOLDER ?= demo-run
MODEL_FOLDER ?= model-run

PYTHON ?= python3

FIRST_SEED ?= 0
COUNT ?= 100000
LIBFUZZER_SECONDS ?= 60

# Beside swift, wherever that is.
DOCC ?= $(dir $(realpath $(shell command -v swift)))docc

# Compute nodes have no Swift: what is built for use brings all of it along.
RELEASE = swift build --configuration release --static-swift-stdlib

.PHONY: demo test test-slurm soak chaos fuzz simulate simulate-large model model-native model-check build bench-ledger \
  bench-dispatch bench-global bench-engine bench-detection bench-rescore bench-synthesis bench-training \
  docs lint format dependencies clean

demo: build
	cluster/local/demo.sh .build/release/volcsweep $(DEMO_FOLDER)

test:
	.ci/stages

simulate:
	swift build --product simulate
	SEEDS=$(SEEDS) FIRST_SEED=$(FIRST_SEED) TRACE=$(TRACE) .build/debug/simulate

simulate-large:
	$(RELEASE) --product simulate-large
	.build/release/simulate-large $(SEED)

fuzz: dependencies
	swift build --product volcsweep-fuzz
	.build/debug/volcsweep-fuzz $(if $(DECODER),--decoder $(DECODER)) --first-seed $(FIRST_SEED) --count $(COUNT)
	Tests/Fuzzing/Library/run.sh $(LIBFUZZER_SECONDS) $(DECODER)

chaos:
	swift build --build-tests
	OPENBLAS_NUM_THREADS=1 CHAOS_SCALE=long CHAOS_SEED=$(or $(SEED),$(shell date +%s)) CHAOS_CASE="$(CASE)" \
	  swift test --skip-build --disable-xctest --filter ChaosTests --skip SlurmSweepTests

test-slurm:
	cluster/install-dependencies.sh slurm-wlm munge
	swift build --build-tests
	OPENBLAS_NUM_THREADS=1 CHAOS_CASE="$(CASE)" swift test --skip-build --disable-xctest --filter SlurmSweepTests

soak:
	cluster/install-dependencies.sh slurm-wlm munge
	swift build --build-tests
	OPENBLAS_NUM_THREADS=1 CHAOS_SCALE=long CHAOS_SEED=$(or $(SEED),$(shell date +%s)) CHAOS_CASE="$(CASE)" \
	  swift test --skip-build --disable-xctest --filter SlurmSweepTests

model:
	@test -n "$(PATCHES)" || { echo "say where the patches are: make model PATCHES=licsar-patches.h5" >&2; exit 2; }
	Sources/volcsweep/DefaultModel/make-default-model.sh $(PATCHES) $(MODEL_FOLDER)

model-native: build
	@test -n "$(PATCHES)" || { echo "say where the patches are: make model-native PATCHES=licsar-patches.h5" >&2; exit 2; }
	Sources/volcsweep/DefaultModel/make-native-model.sh .build/release/volcsweep $(PATCHES) $(MODEL_FOLDER)/native

model-check: build
	@test -n "$(DATA)" -a -n "$(MODEL)" || { echo "say DATA=folder and MODEL=file.onnx" >&2; exit 2; }
	$(PYTHON) Sources/volcsweep/DefaultModel/check_scenes.py .build/release/volcsweep $(DATA) $(MODEL) $(MODEL_FOLDER)/scenes
	Sources/volcsweep/DefaultModel/check_heights.sh .build/release/volcsweep $(DATA)/dem \
	  Sources/volcsweep/DefaultModel/default-model.onnx $(MODEL_FOLDER)/heights

build: dependencies
	$(RELEASE) --product volcsweep

bench-ledger: dependencies
	$(RELEASE) --product ledger-bench
	.build/release/ledger-bench

bench-dispatch: dependencies
	$(RELEASE) --product dispatch-bench
	Tests/Benchmarks/Dispatch/run.sh .build/release/dispatch-bench

bench-global: dependencies
	@test -n "$(SCORES)" || { echo "say where the published scores are: make bench-global SCORES=FILE" >&2; exit 2; }
	$(RELEASE) --product dispatch-bench
	Tests/Benchmarks/Dispatch/global.sh .build/release/dispatch-bench $(SCORES)

bench-engine: dependencies
	$(RELEASE) --product engine-bench
	Tests/Benchmarks/Engine/bench.sh .build/release/engine-bench

bench-detection: dependencies
	$(RELEASE) --product detection-bench
	Tests/Benchmarks/Detection/bench.sh .build/release/detection-bench

bench-rescore: dependencies
	$(RELEASE) --product rescore-bench
	env OPENBLAS_NUM_THREADS=1 $$(grep -qw avx512vl /proc/cpuinfo && echo OPENBLAS_CORETYPE=SkylakeX) \
	  .build/release/rescore-bench Sources/volcsweep/DefaultModel/default-model.onnx

bench-synthesis: dependencies
	$(RELEASE) --product synthesis-bench
	.build/release/synthesis-bench

bench-training: dependencies
	$(RELEASE) --product training-bench
	Tests/Benchmarks/Training/bench.sh .build/release/training-bench

dependencies:
	@cluster/install-dependencies.sh

docs:
	$(PYTHON) .ci/check-documents.py
	@mkdir -p .build
	$(DOCC) convert Sources/volcsweep/Documentation.docc --warnings-as-errors --output-dir .build/docs \
	  --fallback-display-name volcsweep --fallback-bundle-identifier volcsweep

lint:
	swift format lint --strict --recursive $(SWIFT_SOURCES)

format:
	swift format --in-place --recursive $(SWIFT_SOURCES)

clean:
	rm -rf .build $(DEMO_FOLDER) $(MODEL_FOLDER)
