# make demo    a complete example with synthetic volcanoes, in release mode
# make test    format check, debug build, a short demo, all tests; prints the time of each stage
# make simulate SEEDS=10000 FIRST_SEED=1
#              simulated sweeps, one per seed, with crashes, power failures and bad networks;
#              TRACE=1 SEEDS=1 FIRST_SEED=… prints the events of one of them
# make simulate-large
#              the scheduler with 10,000 workers and 1,000,000 units in virtual time, in release mode (30 s)
# make chaos   the real program under fault injection, for half an hour; make test runs a short version
#              (SEED=… repeats the same faults, CASE=… runs one case, by its name in the table)
# make test-slurm
#              whole sweeps through volcsweep slurm submit on a private Slurm of three nodes, one of which is killed; a stage
#              of make test. Installs slurm-wlm and munge, needs root
# make soak    the same for some minutes: preemption, time limits, late coordinators, nodes in separate networks
#              (SEED= and CASE= as for chaos)
# make model PATCHES=licsar-patches.h5
#              builds the default model and evaluates it by place, about an hour on two cores; needs Python and,
#              once, PyPI. Intermediate files are kept in MODEL_FOLDER=model-run; after an interruption it continues
#              from there
# make model-native PATCHES=licsar-patches.h5
#              the same with the program's own training; the model replaces the built-in one only if it is good enough.
#              Intermediate files are kept in MODEL_FOLDER/native
# make model-check DATA=folder MODEL=fold-0.onnx
#              sweeps the real scenes of DATA, complete and blanked, and crops without signal, with a model that was not
#              trained on the Galápagos, then evaluates the built-in model on synthetic volcanoes on the DEMs in DATA/dem;
#              needs Python with h5py (PYTHON=… chooses the interpreter)
# make model-measure PROGRAM=.build/release/volcsweep DRAW=1
#              sweeps synthetic interferograms of another generator than the training's, and writes tables of P by size and
#              fringes, place and area, invariance and noise into MODEL_FOLDER/measured-1; DEM=folder takes relief from DEM tiles;
#              needs Python with SciPy, h5py and onnxruntime
# make fuzz    100,000 damaged inputs for each of our decoders, then LIBFUZZER_SECONDS=60 of libFuzzer on each, starting from the
#              same valid inputs (this first needs a separate build, some minutes; LIBFUZZER_SECONDS=0 skips it);
#              DECODER=onnx selects one decoder, FIRST_SEED= and COUNT= the inputs
# make build   the program in release mode, .build/release/volcsweep
# make bench-ledger
#              time in the ledger: planning a million interferograms, and the outcome and transitions of a unit
# make bench-dispatch
#              units per second through coordinator and ledger, compared with dask, Parsl and plain ZeroMQ; needs the
#              network once, for their Python packages
# make bench-global SCORES=Global_max_prob_Nov2015toNov2020.txt.gz
#              overhead of a sweep of the published size: planning, coordination, reduction
# make bench-engine
#              patches per second of AlexNet with each library and precision, compared with ONNX Runtime and OpenVINO from PyPI
# make bench-detection
#              time per interferogram on one core, compared with OpenCV, NumPy and a Python pipeline from PyPI
# make bench-rescore
#              speed-up of rescoring from stored activations over a sweep from pixels, on one core
# make bench-synthesis
#              synthetic interferograms of 500 × 500 pixels per second on one core
# make bench-training
#              training steps of two networks on all cores, compared with PyTorch from PyPI
# make docs    the pages of Sources/volcsweep/Documentation.docc as a site in .build/docs; fails for a warning, and for a
#              link, file, test, option or target that README, CONTRIBUTING, SECURITY or the pages name and that is not there
# make lint    format check only
# make format  formats the sources
# make clean   removes build products and the folders of the demo and of model building

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

.PHONY: demo test test-slurm soak chaos fuzz simulate simulate-large model model-native model-check model-measure build \
  bench-ledger bench-dispatch bench-global bench-engine bench-detection bench-rescore bench-synthesis bench-training \
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
	@test -n "$(PATCHES)" || { echo "PATCHES is not set: make model PATCHES=licsar-patches.h5" >&2; exit 2; }
	jobs/default-model/make-default-model.sh $(PATCHES) $(MODEL_FOLDER)

model-native: build
	@test -n "$(PATCHES)" || { echo "PATCHES is not set: make model-native PATCHES=licsar-patches.h5" >&2; exit 2; }
	jobs/default-model/make-native-model.sh .build/release/volcsweep $(PATCHES) $(MODEL_FOLDER)/native

model-check: build
	@test -n "$(DATA)" -a -n "$(MODEL)" || { echo "DATA or MODEL is not set: make model-check DATA=folder MODEL=file.onnx" >&2; exit 2; }
	$(PYTHON) jobs/default-model/check_scenes.py .build/release/volcsweep $(DATA) $(MODEL) $(MODEL_FOLDER)/scenes
	jobs/default-model/check_heights.sh .build/release/volcsweep $(DATA)/dem \
	  Sources/volcsweep/DefaultModel/default-model.onnx $(MODEL_FOLDER)/heights

model-measure:
	@test -n "$(PROGRAM)" || { echo "PROGRAM is not set: make model-measure PROGRAM=.build/release/volcsweep" >&2; exit 2; }
	$(PYTHON) jobs/default-model/measuring/measure.py --program $(PROGRAM) --draw $(or $(DRAW),1) \
	  --work $(MODEL_FOLDER)/measured-$(or $(DRAW),1) $(if $(DEM),--dem $(DEM))

build: dependencies
	$(RELEASE) --product volcsweep

bench-ledger: dependencies
	$(RELEASE) --product ledger-bench
	.build/release/ledger-bench

bench-dispatch: dependencies
	$(RELEASE) --product dispatch-bench
	Tests/Benchmarks/Dispatch/run.sh .build/release/dispatch-bench

bench-global: dependencies
	@test -n "$(SCORES)" || { echo "SCORES is not set: make bench-global SCORES=FILE" >&2; exit 2; }
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
