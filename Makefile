# Two commands: `make demo` starts the whole portal, `make test` proves it. Nothing else is needed first.
PYTHON ?= python3
# Every line and branch of these is covered: whose rows, whose decision, which rule, which figure.
CORE = portal/scope.py,offices/services/cases.py,offices/workflow.py,reporting/rules/*,reporting/compile.py
SETUP = $(PYTHON) portal/run/bootstrap.py
RUN = .venv/bin/python -m
# What reaches the core; to measure lines takes nearly half as long again, so the rest runs without.
MEASURED = tests/assistants tests/kernel tests/offices tests/orders tests/reporting tests/review
# Each process has servers, or databases on those given, of its own; what stays together in one is said in tests/plugin.py.
SIDE_BY_SIDE = -n auto --maxprocesses 4 --no-loadscope-reorder
# Compiled modules halve the start of every process; .gitignore knows their folders.
export PYTHONDONTWRITEBYTECODE =

.PHONY: demo test coverage lint test-real bench soak setup locks

demo:
	@exec $(SETUP) demo

setup:
	@$(SETUP) dev

test: lint
	$(RUN) coverage erase
	$(RUN) coverage run -m pytest $(SIDE_BY_SIDE) $(PYTEST) $(MEASURED)
	$(RUN) coverage combine -q
	$(RUN) coverage report --include="$(CORE)" --fail-under=100
	$(RUN) pytest $(SIDE_BY_SIDE) $(PYTEST) $(MEASURED:%=--ignore=%)

# Every line and branch that the tests reach, of the whole house.
coverage: setup
	$(RUN) coverage erase
	$(RUN) coverage run -m pytest $(SIDE_BY_SIDE) $(PYTEST)
	$(RUN) coverage combine -q
	$(RUN) coverage report

lint: setup
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	.venv/bin/lint-imports
	$(RUN) mypy
	$(RUN) tests.house.lint
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml portal/deploy/providers.yml

# Database, job and concurrency tests once more, on the servers of PORTAL_DATABASE_URL and PORTAL_REDIS_URL.
test-real: setup
	@test -n "$$PORTAL_DATABASE_URL" && test -n "$$PORTAL_REDIS_URL" || \
		{ echo "Set PORTAL_DATABASE_URL and PORTAL_REDIS_URL to real servers first."; exit 1; }
	$(RUN) pytest $(SIDE_BY_SIDE) -m "real and not alone" --create-db $(PYTEST)
	$(RUN) pytest -m "real and alone" --create-db $(PYTEST)

bench: setup
	$(RUN) tests.bench

soak: setup
	$(RUN) tests.soak

# After a change of pyproject.toml or package.json; locks hold hashes and no addresses.
COMPILE = uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header
locks:
	$(COMPILE) --extra embedded pyproject.toml -o requirements.lock
	$(COMPILE) --extra embedded --extra dev pyproject.toml -c requirements.lock -o requirements-dev.lock
	echo "uv" | $(COMPILE) - -o requirements-uv.lock
	npm install --ignore-scripts --package-lock-only
	$(PYTHON) -c 'import json; f = "package-lock.json"; lock = json.load(open(f)); \
		[p.pop("funding", None) for p in lock["packages"].values()]; \
		open(f, "w").write(json.dumps(lock, indent=2) + "\n")'
