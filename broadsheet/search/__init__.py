"""Text in, ranked paper ids out."""

import os

# Threads of BLAS wait by spinning: two of them do twice the work of one in 1.1 times the speed
# on a busy machine. It must be said before numpy is loaded; whoever knows better sets it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
