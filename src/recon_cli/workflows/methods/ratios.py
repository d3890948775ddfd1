"""Parameters of the simple methods relative to the noise, by level.

Best in mean PSNR on the middles of Set12 (64 x 64 pixels, for wavelets 128 x 128), found by
`benchmarks/calibrate_methods.py`.
"""

TV = {5.0: 0.43, 25.0: 0.727, 50.0: 0.826}
NLM = {5.0: 0.756, 25.0: 0.605, 50.0: 0.532}
WAVELET = {5.0: 1.144, 25.0: 1.0, 50.0: 1.0}
