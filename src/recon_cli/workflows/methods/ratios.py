"""Parameters of the simple methods relative to the noise, by level.

Best in mean PSNR on the middles of Set12, found by `benchmarks/calibrate_methods.py`.
"""

TV = {25.0: 0.7}
NLM = {25.0: 0.7}
WAVELET = {25.0: 1.0}
