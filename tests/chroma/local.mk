# Chroma's own server and clients as a measure; tools/dev/chroma.sh brings both.
EXTRA_DIST += %D%/differ.py %D%/scene.py %D%/player.py %D%/real.py %D%/intended.py \
	%D%/calls.py %D%/records.py %D%/filters.py %D%/ending.py \
	%D%/requirements.txt %D%/package.json %D%/client.mjs

# The same calls to both servers; KVASIR_TEST_CHROMA names the folder of Chroma's programs.
.PHONY: chroma-differ
chroma-differ: all
	srcdir=$(srcdir) python3 -B $(srcdir)/%D%/differ.py $(SCENES)
