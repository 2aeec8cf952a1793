# Every target is a command of dev.py, which needs nothing but Python. PYTHON=python3.12 chooses another one; ARGS is passed on.
PYTHON ?= python3

.PHONY: help run setup test everything explore lint types check assets translations lock bench clean

help:
	@$(PYTHON) dev.py help

run setup test everything explore lint types check assets translations lock bench clean:
	@$(PYTHON) dev.py $@ $(ARGS)
